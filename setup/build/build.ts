// Production build: one bundle per entry, and the files that the code reads.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Threads run a separate file. */
const entries = { main: 'src/main.ts', 'draw-bars': 'jobs/quota/usage/draw-bars.ts' };

/** Not bundled: native code, a package that starts a thread from its own files, and a font. */
const packages: Readonly<Record<string, readonly string[]>> = {
  '@resvg/resvg-js': ['**/*.{js,json}'],
  '@resvg/resvg-js-*': ['**/*'],
  piscina: ['dist/**/*.{js,mjs}', 'package.json'],
  'dejavu-fonts-ttf': ['ttf/DejaVuSans.ttf', 'package.json', 'LICENSE'],
};

export interface Build {
  readonly megabytes: number;
  /** MB by file or folder at the top level. */
  readonly parts: Readonly<Record<string, number>>;
}

/** @param folder is created, or emptied first. @throws Error when the sources do not bundle. */
export async function buildBot(checkout: string, folder: string): Promise<Build> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await bundle(checkout, folder);
  for (const [name, files] of Object.entries(packages)) copyPackage(checkout, folder, name, files);
  for (const name of ['manifests', 'LICENSE'])
    cpSync(join(checkout, name), join(folder, name), { recursive: true });
  const { name, version, license } = JSON.parse(
    readFileSync(join(checkout, 'package.json'), 'utf8'),
  ) as Record<string, string>;
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, version, license, type: 'module' })}\n`,
  );
  compile(folder);
  return sizesOf(folder);
}

async function bundle(checkout: string, folder: string): Promise<void> {
  const build = await rolldown({
    cwd: checkout,
    input: entries,
    platform: 'node',
    external: [/^@resvg\//, /^piscina$/],
    // CommonJS packages use their folder, which is the build's.
    transform: {
      target: 'node24',
      define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    },
    onLog(level, log) {
      // A missing module would fail at its first use, in production.
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    },
  });
  await build.write({
    dir: folder,
    format: 'esm',
    minify: { mangle: false, compress: true, codegen: { removeWhitespace: true } },
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await build.close();
}

function copyPackage(
  checkout: string,
  folder: string,
  name: string,
  files: readonly string[],
): void {
  const modules = join(checkout, 'node_modules');
  const found = globSync(
    files.map((file) => `${name}/${file}`),
    { cwd: modules },
  );
  if (found.length === 0)
    throw new Error(`node_modules/${name} has none of the files of the build`);
  for (const file of found) {
    if (statSync(join(modules, file)).isFile())
      cpSync(join(modules, file), join(folder, 'node_modules', file));
  }
}

/** Compiled code for this Node beside the bundle: a start on a read-only file system needs it. */
function compile(folder: string): void {
  const script = `
    import { enableCompileCache, flushCompileCache } from 'node:module';
    enableCompileCache({ directory: 'node_modules/.cache/llmgw', portable: true });
    for (const file of process.argv.slice(1)) await import(file);
    flushCompileCache();`;
  const chunks = globSync('*.mjs', { cwd: folder }).filter(
    (file) => !Object.hasOwn(entries, file.slice(0, -4)),
  );
  const done = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script, ...chunks.map((file) => join(folder, file))],
    {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
      env: { PATH: process.env['PATH'] },
    },
  );
  if (done.status !== 0) throw new Error(`The bundle does not load: ${done.stderr.slice(-2_000)}`);
}

function sizesOf(folder: string): Build {
  const parts: Record<string, number> = {};
  for (const file of globSync('**/*', { cwd: folder, exclude: [] })) {
    const stat = statSync(join(folder, file));
    if (!stat.isFile()) continue;
    const top = file.endsWith('.map')
      ? '*.map'
      : file.endsWith('.mjs') && !file.includes('/')
        ? '*.mjs'
        : file.split('/').slice(0, 2).join('/');
    parts[top] = (parts[top] ?? 0) + stat.size / 1_000_000;
  }
  return { megabytes: Object.values(parts).reduce((sum, size) => sum + size, 0), parts };
}
