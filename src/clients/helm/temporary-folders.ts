// Temporary folders of helm runs, which hold tokens: named after their process, and swept when it has died.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'llmgw-helm-';

/** Readable by this user alone. */
export const makeTemporaryFolder = (): Promise<string> =>
  mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));

/** To be called before the first run: a killed process leaves its folders, and in a container its id comes again. */
export async function sweepTemporaryFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  const left = names.filter((name) => {
    const [, pid] = /^llmgw-helm-(\d+)-/.exec(name) ?? [];
    return pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)));
  });
  for (const name of left) {
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is somebody else's, and alive.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
