// Rules outside the type system: imports, file sizes, mocks and machine paths.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');
const code = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const isTest = (file: string): boolean => /^(sandbox\/)?test\//.test(file);

function imports(file: string): string[] {
  const text = readFileSync(`${root}${file}`, 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, path = '']) =>
    path.startsWith('.') ? new URL(path, `file:///${file}`).pathname.slice(1) : path,
  );
}

function offenders(inside: RegExp, forbidden: RegExp): string[] {
  return code
    .filter((file) => inside.test(file))
    .flatMap((file) =>
      imports(file)
        .filter((path) => forbidden.test(path))
        .map((path) => `${file} -> ${path}`),
    );
}

test.each([
  [
    'the product never imports the sandbox or the tests',
    /^(src|jobs)\//,
    /^(sandbox|test|setup)\//,
  ],
  [
    'the sandbox and its tests use the product over sockets only',
    /^sandbox\//,
    /^(src|jobs|setup|bench|test)\//,
  ],
  [
    'the kernel imports nothing that depends on it',
    /^src\/kernel\//,
    /^(src\/(slack|engine|clients|gateway|job)|jobs)\//,
  ],
  [
    'the engine imports neither Slack nor cloud code',
    /^src\/engine\//,
    /^(src\/(slack|clients|gateway|job)|jobs)\/|^(@slack|@google-cloud|googleapis|@kubernetes)/,
  ],
  [
    'a client imports only the kernel and its own service',
    /^src\/clients\//,
    /^(src\/(slack|engine|gateway|job)|jobs)\/|^(@slack\/|bullmq)/,
  ],
  [
    'the domain of gateways imports neither Slack nor jobs',
    /^src\/gateway\//,
    /^(src\/(slack|job)|jobs)\/|^(@slack\/|bullmq)/,
  ],
  [
    'Slack never imports a client or a capability',
    /^src\/slack\//,
    /^(src\/(clients|gateway)|jobs)\/|^(@google-cloud|googleapis|@kubernetes)/,
  ],
  ['googleapis is imported by sub-path only', /./, /^googleapis$/],
])('%s', (_rule, inside, forbidden) => {
  expect(offenders(inside, forbidden)).toEqual([]);
});

test('clients do not import each other', () => {
  const crossing = code
    .filter((file) => /^src\/clients\/[^/]+\//.test(file))
    .flatMap((file) => {
      const own = file.split('/').slice(0, 3).join('/');
      return imports(file)
        .filter((path) => /^src\/clients\/(?!shared\/)[^/]+\//.test(path))
        .filter((path) => !path.startsWith(`${own}/`))
        .map((path) => `${file} -> ${path}`);
    });
  expect(crossing).toEqual([]);
});

test('only src/main.ts reads process.env or exits in the product', () => {
  const readers = code.filter(
    (file) =>
      /^(src|jobs)\//.test(file) &&
      file !== 'src/main.ts' &&
      /process\.(env|exit)\b/.test(readFileSync(`${root}${file}`, 'utf8')),
  );
  expect(readers).toEqual([]);
});

test('no source file is longer than 300 lines', () => {
  const long = code
    .filter((file) => !isTest(file) && !file.startsWith('bench/'))
    .map((file) => ({ file, lines: readFileSync(`${root}${file}`, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > 300);
  expect(long).toEqual([]);
});

test('no test mocks our own modules or is focused', () => {
  const cheats = code.filter(
    (file) =>
      isTest(file) &&
      file !== 'test/safety.test.ts' &&
      /vi\.mock\(|\.only\(/.test(readFileSync(`${root}${file}`, 'utf8')),
  );
  expect(cheats).toEqual([]);
});

test('no folder is named utils, common, helpers or types', () => {
  expect(files.filter((file) => /(^|\/)(utils|common|helpers|types)\//.test(file))).toEqual([]);
});

test('the lockfile names no download addresses', () => {
  const lock = readFileSync(`${root}package-lock.json`, 'utf8');
  const resolved = [...lock.matchAll(/"resolved": "([^"]*)"/g)].map(([, address]) => address);
  // The folder of the workspace.
  expect(resolved).toEqual(['sandbox']);
});
