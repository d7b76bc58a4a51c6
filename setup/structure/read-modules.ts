// Imports and exported names of every module in src and jobs.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';

export interface Module {
  /** Relative to the root of the checkout, like `imports`. */
  readonly path: string;
  readonly folder: string;
  readonly lines: number;
  /** Files of the checkout, each once. */
  readonly imports: readonly string[];
  /** Types, interfaces and classes that this file declares and exports. */
  readonly types: readonly string[];
}

/** @throws Error for a file that does not parse. */
export function readModules(root: string, folders: readonly string[]): Module[] {
  const tracked = execFileSync('git', ['ls-files', '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
  });
  return tracked
    .split('\n')
    .filter((path) => /\.tsx?$/.test(path) && existsSync(join(root, path)))
    .map((path) => readModule(root, path));
}

function readModule(root: string, path: string): Module {
  const source = readFileSync(join(root, path), 'utf8');
  const { module, program, errors } = parseSync(path, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
    ),
    // `import('./obstacle.ts')`
    ...module.dynamicImports.map(({ moduleRequest }) =>
      source.slice(moduleRequest.start + 1, moduleRequest.end - 1),
    ),
  ];
  const imports = requests
    .filter((request) => request.startsWith('.'))
    .map((request) => normalize(join(dirname(path), request)));
  const types = program.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration') return [];
    const { declaration } = node;
    switch (declaration?.type) {
      case 'TSInterfaceDeclaration':
      case 'TSTypeAliasDeclaration':
        return [declaration.id.name];
      case 'ClassDeclaration':
        return declaration.id === null ? [] : [declaration.id.name];
      default:
        return [];
    }
  });
  const lines = source.split('\n').length - 1;
  return { path, folder: dirname(path), lines, imports: [...new Set(imports)], types };
}
