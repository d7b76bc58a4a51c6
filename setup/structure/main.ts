// Entry of `npm run structure`: figures of the tree's structure; `--verbose` adds the places.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { readModules } from './read-modules.ts';

const { values } = parseArgs({ options: { verbose: { type: 'boolean', default: false } } });
const root = fileURLToPath(new URL('../../', import.meta.url));
const found = measure(readModules(root, ['src', 'jobs']));
const arrows = (imports: readonly { from: string; to: string }[]): string[] =>
  imports.map(({ from, to }) => `${from} -> ${to}`);

const outsideApp = found.platformToCapability.filter(({ from }) => from !== 'src/app.ts');
const rows: readonly (readonly [string, string | number, readonly string[]])[] = [
  ['folders in import cycles', found.folderCycles.flat().length, found.folderCycles.map(joined)],
  ['files in import cycles', found.fileCycles.flat().length, found.fileCycles.map(joined)],
  ['imports src -> jobs', found.platformToCapability.length, []],
  ['imports src -> jobs outside app.ts', outsideApp.length, arrows(outsideApp)],
  ['imports jobs -> src', found.capabilityToPlatform.length, []],
  [
    'imports capability -> capability',
    found.capabilityToCapability.length,
    arrows(found.capabilityToCapability),
  ],
  [
    'exported type names declared twice',
    found.typesDeclaredTwice.size,
    [...found.typesDeclaredTwice].map(([name, places]) => `${name}: ${places.join(', ')}`),
  ],
  ['unused files, exports, types, dependencies', ...unused()],
  ['files', found.files, []],
  ['lines', found.lines, []],
  ['longest file', `${found.longest.lines} (${found.longest.path})`, []],
  ['median file', found.medianLines, []],
];
for (const [name, figure, places] of rows) {
  process.stdout.write(`${name.padEnd(44)} ${figure}\n`);
  if (values.verbose) for (const place of places) process.stdout.write(`    ${place}\n`);
}

function joined(group: readonly string[]): string {
  return group.toSorted().join(' ');
}

/** The report of knip, which `npm run check` runs too. */
function unused(): [number, string[]] {
  const printed = execFileSync(
    process.execPath,
    ['node_modules/knip/bin/knip.js', '--reporter', 'compact', '--no-exit-code', '--no-progress'],
    { cwd: root, encoding: 'utf8' },
  );
  const places = printed.split('\n').filter((line) => /^\S+: /.test(line));
  return [places.length, places];
}
