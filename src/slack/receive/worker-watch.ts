// Watch for workers: without any, waiting people are notified and health is red.
import type { Queues } from '../../engine/queue.ts';
import type { WorkerPresence } from '../../engine/worker-presence.ts';
import { fail, toFault } from '../../kernel/errors.ts';
import type { HealthChecks } from '../../kernel/health.ts';
import type { Log } from '../../kernel/log.ts';
import { accepted, say } from '../messages/message.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';
import type { Replies } from './tell-replies.ts';

const lookEveryMs = 3_000;
/** ms. A restart leaves no worker for a moment. */
const patienceMs = 6_000;
const toldAtOnce = 100;

export interface WorkerWatch {
  readonly checks: HealthChecks;
  end(): void;
}

export interface WorkerWatchParts {
  readonly presence: WorkerPresence;
  readonly queues: Pick<Queues, 'waiting'>;
  readonly replies: Replies;
  readonly log: Log;
}

export function watchWorkers(parts: WorkerWatchParts): WorkerWatch {
  const { presence, log } = parts;
  const state: { missingSince: number | undefined; isLooking: boolean } = {
    missingSince: undefined,
    isLooking: false,
  };
  const isMissing = (): boolean =>
    state.missingSince !== undefined && performance.now() - state.missingSince >= patienceMs;
  const look = async (): Promise<void> => {
    const isAlive = await presence.isAnyAlive();
    if (isAlive) state.missingSince = undefined;
    else state.missingSince ??= performance.now();
    if (isMissing()) await tellWaiting(parts);
  };
  const timer = setInterval(() => {
    if (state.isLooking) return;
    state.isLooking = true;
    look()
      .catch((error: unknown) => {
        // Without a response from Redis, the state is unknown.
        state.missingSince = undefined;
        log.debug({ err: toFault(error) }, 'worker presence unknown');
      })
      .finally(() => (state.isLooking = false));
  }, lookEveryMs).unref();
  return {
    checks: {
      'worker-presence': {
        // Another process must be fixed: this one still serves people.
        kind: 'peers',
        check: () => {
          if (!isMissing()) return;
          throw fail('transient', 'no_worker', 'No worker is running: requests stay queued', {
            next: 'Start a process with LLMGW_ROLE=worker (or all) on the same Redis, and read its log.',
          });
        },
      },
    },
    end: () => clearInterval(timer),
  };
}

/** Once per job, whichever receiver sees it first. */
async function tellWaiting({ queues, replies }: WorkerWatchParts): Promise<void> {
  for (const { id, to, at } of await queues.waiting(toldAtOnce)) {
    if (Date.now() - at < patienceMs) continue;
    const text = mrkdwn`:hourglass: *No worker is running*, so your request stays queued and starts once one is back. *Next:* ask an operator to start a process with the role \`worker\`, or wait.`;
    await replies.reply(`no-worker:${id}`, to, 'asker', say(text, { mark: accepted(id) }));
  }
}
