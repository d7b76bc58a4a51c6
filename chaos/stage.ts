// Environment of a seed or a soak: sandbox, bot processes, and balancer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { createSandboxClient, type SandboxClient } from '../sandbox/say/sandbox-client.ts';
import type { Plan } from './events.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type Front, openFront } from './front.ts';

export interface Stage {
  readonly sandbox: Sandbox;
  readonly fleet: Fleet;
  readonly front: Front;
  readonly slack: SandboxClient;
  /** The folder of the logs. */
  readonly directory: string;
  /** @param keeps the folder, for a person to look into. */
  stop(keeps: boolean): Promise<void>;
}

export type StageOptions = Pick<Plan, 'roles' | 'slackMode'> & {
  readonly speed: number;
  readonly signal: AbortSignal;
};

export async function openStage(options: StageOptions): Promise<Stage> {
  const { roles, slackMode, speed, signal } = options;
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-chaos-'));
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async (keeps: boolean): Promise<void> => {
    for (let end = endings.pop(); end !== undefined; end = endings.pop()) {
      await end().catch(() => undefined);
    }
    if (!keeps) rmSync(directory, { recursive: true, force: true });
  };
  try {
    const sandbox = createSandbox({
      port: 0,
      speed,
      directory,
      slackMode,
      slackLimits: 20,
      withBot: false,
      botEnv: { LLMGW_OPERATORS: 'U0OLIVIA,U0BOB' },
      say: () => undefined,
    });
    endings.push(sandbox.stop);
    await sandbox.start();
    const { environment } = sandbox;
    const fleet = await startFleet({ roles, environment, directory });
    endings.push(fleet.stop);
    const front = await openFront(Number(environment['PORT']), () => fleet.receivers);
    endings.push(front.stop);
    await fleet.ready(signal);
    return { sandbox, fleet, front, slack: createSandboxClient(sandbox.url), directory, stop };
  } catch (error) {
    await stop(false);
    throw error;
  }
}
