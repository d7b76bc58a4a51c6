// Figures of the tree's structure: cycles, directions, names and sizes.
import { Graph, alg } from '@dagrejs/graphlib';
import type { Module } from './read-modules.ts';

export interface Structure {
  /** Groups of folders with cyclic imports. */
  readonly folderCycles: readonly (readonly string[])[];
  readonly fileCycles: readonly (readonly string[])[];
  /** Imports of jobs by src, `app.ts` included. */
  readonly platformToCapability: readonly Import[];
  readonly capabilityToPlatform: readonly Import[];
  /** Imports of one folder of jobs by another. */
  readonly capabilityToCapability: readonly Import[];
  /** By name, the files that declare it. */
  readonly typesDeclaredTwice: ReadonlyMap<string, readonly string[]>;
  readonly lines: number;
  readonly longest: Pick<Module, 'path' | 'lines'>;
  readonly medianLines: number;
  readonly files: number;
}

export interface Import {
  readonly from: string;
  readonly to: string;
}

export function measure(modules: readonly Module[]): Structure {
  const folderOf = new Map(modules.map(({ path, folder }) => [path, folder]));
  const imports = modules.flatMap(({ path, imports: targets }) =>
    targets.filter((to) => folderOf.has(to)).map((to): Import => ({ from: path, to })),
  );
  const between = imports.map(({ from, to }): Import => ({
    from: folderOf.get(from) ?? '',
    to: folderOf.get(to) ?? '',
  }));
  const isPlatform = (path: string): boolean => path.startsWith('src/');
  const crosses = (one: Import): boolean => isPlatform(one.from) !== isPlatform(one.to);
  const sizes = modules.map(({ lines }) => lines).toSorted((one, other) => one - other);
  const longest = modules.toSorted((one, other) => other.lines - one.lines)[0];
  if (longest === undefined) throw new Error('There are no modules to measure.');
  return {
    folderCycles: cycles(between),
    fileCycles: cycles(imports),
    platformToCapability: imports.filter((one) => crosses(one) && isPlatform(one.from)),
    capabilityToPlatform: imports.filter((one) => crosses(one) && isPlatform(one.to)),
    capabilityToCapability: imports.filter(({ from, to }) => {
      const [one, other] = [capabilityOf(from), capabilityOf(to)];
      return one !== undefined && other !== undefined && one !== other;
    }),
    typesDeclaredTwice: declaredTwice(modules),
    lines: sizes.reduce((sum, lines) => sum + lines, 0),
    longest,
    medianLines: sizes[Math.floor(sizes.length / 2)] ?? 0,
    files: modules.length,
  };
}

/** `jobs/ask/job.ts` belongs to `ask`; files directly in jobs compose capabilities. */
function capabilityOf(path: string): string | undefined {
  const [top, name] = path.split('/');
  return top === 'jobs' && name !== undefined && !name.endsWith('.ts') ? name : undefined;
}

function cycles(imports: readonly Import[]): string[][] {
  const graph = new Graph();
  for (const { from, to } of imports) if (from !== to) graph.setEdge(from, to);
  return alg.tarjan(graph).filter((group) => group.length > 1);
}

function declaredTwice(modules: readonly Module[]): Map<string, string[]> {
  const byName = Map.groupBy(
    modules.flatMap(({ path, types }) => types.map((name) => ({ name, path }))),
    ({ name }) => name,
  );
  return new Map(
    [...byName]
      .filter(([, places]) => places.length > 1)
      .map(([name, places]) => [name, places.map(({ path }) => path)]),
  );
}
