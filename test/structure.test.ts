// Structure of src and jobs: directions, cycles and names, from `npm run structure`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { measure } from '../setup/structure/measure.ts';
import { readModules } from '../setup/structure/read-modules.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const modules = readModules(root, ['src', 'jobs']);
const found = measure(modules);
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

test('other capabilities import approvals only through its index', () => {
  const around = found.capabilityToCapability.filter(
    ({ from, to }) =>
      to.startsWith('jobs/approvals/') && to !== 'jobs/approvals/index.ts' && !isShown(from),
  );
  expect(arrows(around)).toEqual([]);
});

/** Home shows the open questions, and quota asks its own kind. */
const isShown = (path: string): boolean => /^jobs\/(home|quota)\//.test(path);

test('no exported type name is declared twice', () => {
  expect([...found.typesDeclaredTwice]).toEqual([]);
});

/** Files of src and jobs with a matching line of code; comments are ignored. */
const filesWith = (pattern: RegExp): string[] =>
  modules
    .map(({ path }) => path)
    .filter((path) =>
      readFileSync(`${root}${path}`, 'utf8')
        .split('\n')
        .some((line) => pattern.test(line) && !/^\s*(\/\/|\/?\*)/.test(line)),
    );

test('no sentence contains a literal command: guidance and commandCode add its gateway', () => {
  expect(filesWith(/`\/llmgw /)).toEqual([
    // A mention is part of the command.
    'jobs/keys/news-view.ts',
    'src/kernel/guidance.ts',
    'src/slack/messages/commands.ts',
  ]);
});

test('each fault code is used', () => {
  const declared = readFileSync(`${root}src/kernel/fault-codes.ts`, 'utf8');
  const used = modules
    .filter(({ path }) => path !== 'src/kernel/fault-codes.ts')
    .map(({ path }) => readFileSync(`${root}${path}`, 'utf8'))
    .join('');
  const codes = [...declared.matchAll(/\| '(\w+)'/g)].map(([, code = '']) => code);
  expect(codes.length).toBeGreaterThan(100);
  expect(codes.filter((code) => !used.includes(`'${code}'`))).toEqual([]);
});

test('no code decides on the text of a fault', () => {
  const reads =
    /\.(test|exec)\([\w.]*fault\.(message|next)|fault\.(message|next)\??\.(startsWith|endsWith|includes|match|search)\(/;
  // Google's own words for a new service account; its answer has no code for that.
  expect(filesWith(reads)).toEqual(['jobs/provision/steps/prepare-apigee-identity.ts']);
});
