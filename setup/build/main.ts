// Command line: the production build of the bot into a folder, `dist` by default.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBot } from './build.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const folder = resolve(process.argv[2] ?? join(checkout, 'dist'));
const { megabytes, parts } = await buildBot(checkout, folder);
for (const [name, size] of Object.entries(parts))
  console.error(`${size.toFixed(1).padStart(7)} MB  ${name}`);
console.error(`${megabytes.toFixed(1).padStart(7)} MB  ${folder}`);
