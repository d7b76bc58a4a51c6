// The structure of src and jobs: directions, cycles and names, by the figures of `npm run structure`.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { measure } from '../setup/structure/measure.ts';
import { readModules } from '../setup/structure/read-modules.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const found = measure(readModules(root, ['src', 'jobs']));
const arrows = (imports: readonly { from: string; to: string }[]): string[] =>
  imports.map(({ from, to }) => `${from} -> ${to}`);

test('no folder of src and jobs is part of an import cycle', () => {
  expect(found.folderCycles).toEqual([]);
});

test('src imports jobs in app.ts alone', () => {
  const outside = found.platformToCapability.filter(({ from }) => from !== 'src/app.ts');
  expect(arrows(outside)).toEqual([]);
});

test('capabilities import each other in fewer than 80 places', () => {
  expect(arrows(found.capabilityToCapability).length).toBeLessThan(80);
});

test('other capabilities reach approvals through its index alone', () => {
  const around = found.capabilityToCapability.filter(
    ({ from, to }) =>
      to.startsWith('jobs/approvals/') && to !== 'jobs/approvals/index.ts' && !isShown(from),
  );
  expect(arrows(around)).toEqual([]);
});

/** Home shows the questions that are open, and quota asks one of its own kind. */
const isShown = (path: string): boolean => /^jobs\/(home|quota)\//.test(path);

test('no exported type name is declared twice', () => {
  expect([...found.typesDeclaredTwice]).toEqual([]);
});
