// Delivery job of the outbox: each message once, with hours of tries.
import type { PlainJobSpec } from '../../engine/worker-options.ts';
import { retryPolicies } from '../../engine/retry-policies.ts';
import type { Addressee } from '../../job/addressee.ts';
import type { Telling } from '../../job/job.ts';
import { type Fault, LlmgwError, toFault } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { deferJob } from '../../kernel/not-yet.ts';
import { sayOnce } from '../send/once.ts';
import { isPassing } from '../send/slack-faults.ts';
import type { SlackMemory } from '../send/slack-memory.ts';
import { storedEntry, tellingName } from './outbox.ts';

/** By name; called with the arguments that were stored. */
export type Tellers = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

export interface TellingParts {
  readonly tellers: Tellers;
  /** Reports the fault to the requester. */
  readonly fail: (to: Addressee, fault: Fault) => Promise<void>;
  readonly memory: SlackMemory;
  readonly log: Log;
}

/** Messages that one process sends concurrently: most of the time they wait for Slack. */
const concurrency = 32;
/** Delay of an entry that only a worker of a newer version knows, ms. */
const unknownAgainMs = 5_000;

export function outboxWorker(parts: TellingParts): PlainJobSpec {
  return {
    concurrency,
    attempts: retryPolicies.telling.attempts,
    retry: 'telling',
    // The texts are no longer needed; the stored end prevents a second report of repeated work.
    keeps: (payload) => ({ ...storedEntry.parse(payload), tellings: [] }),
    run: async ({ id, payload }) => {
      const entry = storedEntry.parse(payload);
      let again: unknown;
      for (const [index, telling] of entry.tellings.entries()) {
        const tell = (): Promise<void> => tellOrExplain(parts, id, telling, entry.to);
        // A Slack failure of one message does not delay the others.
        await sayOnce(parts.memory, tellingName(id, index), tell).catch((error: unknown) => {
          again = error;
        });
      }
      if (again !== undefined) throw asTransient(toFault(again));
    },
  };
}

/** The queue tries transient faults again. */
const asTransient = (fault: Fault): LlmgwError => new LlmgwError({ ...fault, kind: 'transient' });

/** @throws errors that the queue should retry. */
async function tellOrExplain(
  { tellers, fail: explain, log }: TellingParts,
  id: string,
  { what, args }: Telling,
  to: Addressee | undefined,
): Promise<void> {
  const teller = Object.hasOwn(tellers, what) ? tellers[what] : undefined;
  if (teller === undefined) throw deferJob(`Nothing here tells ${what}`, unknownAgainMs);
  try {
    await teller(...(args as never[]));
  } catch (error) {
    const fault = toFault(error);
    if (isPassing(fault)) throw error;
    log.error({ entry: id, what, err: fault }, 'message not told');
    // The fault itself could not be sent, or nobody waits for it.
    if (what === 'fail' || to === undefined) return;
    await explain(to, fault).catch((untold: unknown) => {
      const second = toFault(untold);
      if (isPassing(second)) throw untold;
      log.error({ entry: id, err: second }, 'fault not told');
    });
  }
}
