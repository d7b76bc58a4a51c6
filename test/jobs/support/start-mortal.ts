// Starts a worker process on the cloud of one sandbox that loads its libraries, waits for its orders, and dies as they say.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

const program = fileURLToPath(new URL('mortal-provisioner.ts', import.meta.url));
const compiled = fileURLToPath(new URL('../../../node_modules/.cache/llmgw', import.meta.url));

/** What it says of errors goes to this process's own stderr. */
export function startMortal({ environment }: Sandbox): ChildProcess {
  return spawn(process.execPath, [program], {
    env: { ...process.env, ...environment, NODE_COMPILE_CACHE: compiled },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
