// Launcher of a worker process on one sandbox's cloud, which kills itself on command.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

const program = fileURLToPath(new URL('mortal-provisioner.ts', import.meta.url));
const compiled = fileURLToPath(new URL('../../../node_modules/.cache/llmgw', import.meta.url));

/** Its error output goes to the stderr of this process. */
export function startMortal({ environment }: Sandbox): ChildProcess {
  return spawn(process.execPath, [program], {
    env: { ...process.env, ...environment, NODE_COMPILE_CACHE: compiled },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
