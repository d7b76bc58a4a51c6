// Outbox: messages stored before they are sent, once per id, until Slack accepts them.
import pTimeout from 'p-timeout';
import { z } from 'zod';
import { addressee } from '../../job/addressee.ts';
import type { JobEnd, Telling } from '../../job/job.ts';
import { fail } from '../../kernel/errors.ts';
import type { Redactor } from '../../kernel/redaction.ts';
import { connectionTrouble } from '../../kernel/store-faults.ts';
import { outboxJob } from '../../engine/queue-names.ts';
import type { Queues } from '../../engine/queue.ts';
import { sayOnce } from '../send/once.ts';
import type { SlackMemory } from '../send/slack-memory.ts';

export const storedEntry = z.object({
  /** The requester, who is notified when a message can be shown nowhere. */
  to: addressee.optional(),
  /** Outcome of the work. */
  end: z.unknown().optional(),
  tellings: z.array(z.object({ what: z.string(), args: z.array(z.unknown()) })),
});
type StoredEntry = z.infer<typeof storedEntry>;

export interface OutboxEntry {
  readonly to?: StoredEntry['to'];
  readonly end?: JobEnd;
  readonly tellings: readonly Telling[];
}

export interface Outbox {
  /** Returns when the entry is in Redis; of several with one id the first counts. @throws bug/too_long_for_slack */
  put(id: string, entry: OutboxEntry): Promise<void>;
  /** The outcome that was stored with the entry of that id. */
  endOf(id: string): Promise<JobEnd | undefined>;
  /**
   * For messages that this process sends at once. Resolves when the message is stored, or, during a store failure,
   * when it is sent: then a delivery may be acked.
   * @param tellUnstored replaces `tell` during a store failure.
   * @returns the function that sends it now; if it fails, a worker continues.
   * @throws Slack's error during a store failure.
   */
  prepare(
    id: string,
    telling: Telling,
    tell: () => Promise<unknown>,
    tellUnstored?: () => Promise<unknown>,
  ): Promise<() => Promise<void>>;
}

export interface OutboxParts {
  readonly queues: Pick<Queues, 'enqueue' | 'payload' | 'promote' | 'forget'>;
  readonly memory: SlackMemory;
  readonly redactor: Pick<Redactor, 'json'>;
}

/** Retention of a sent entry, ms, so that its work is not repeated. */
const keptMs = 86_400_000;
/** Characters of one entry. Slack shows far less. */
const mostCharacters = 1_000_000;
/** Time after which a worker takes over an entry that its own process has not sent, ms. */
const takenOverMs = 10_000;
/** A queue without its store does not respond; a delivery's ack waits no longer than this, ms. */
const storedWithinMs = 900;
/** Requester of every entry in the queue. */
const by = { user: 'llmgw', channel: '' };

export function createOutbox({ queues, memory, redactor }: OutboxParts): Outbox {
  const store = async (id: string, entry: OutboxEntry, delayMs: number): Promise<void> => {
    const text = JSON.stringify(entry);
    if (text.length > mostCharacters) {
      throw fail('bug', 'too_long_for_slack', 'The result is too large for Slack', {
        next: 'Narrow the request, then try again.',
      });
    }
    const payload = redactor.json(JSON.parse(text) as object);
    await queues.enqueue(outboxJob, payload, id, by, { keptMs, delayMs });
  };
  return {
    put: (id, entry) => store(id, entry, 0),
    endOf: async (id) =>
      storedEntry.safeParse(await queues.payload(outboxJob, id)).data?.end as JobEnd | undefined,
    prepare: async (id, words, tell, tellUnstored = tell) => {
      const storing = store(id, { tellings: [words] }, takenOverMs);
      if (!(await isStoredInTime(storing))) {
        const telling = tellUnstored();
        // The store may still accept an unanswered command: no worker sends it while this process does.
        const forget = async (): Promise<void> => {
          await storing;
          await sayOnce(memory, tellingName(id, 0), () => telling);
          await queues.forget(outboxJob, id);
        };
        forget().catch(() => undefined);
        await telling;
        return async () => undefined;
      }
      return async () => {
        try {
          await sayOnce(memory, tellingName(id, 0), tell);
        } catch (error) {
          // A worker continues at once.
          await queues.promote(outboxJob, id);
          throw error;
        }
        await queues.forget(outboxJob, id);
      };
    },
  };
}

/** @throws errors other than store failures. */
async function isStoredInTime(storing: Promise<void>): Promise<boolean> {
  const stored = storing.then(() => true);
  try {
    return await pTimeout(stored, { milliseconds: storedWithinMs, fallback: () => false });
  } catch (error) {
    if (connectionTrouble(error) === undefined) throw error;
    return false;
  }
}

/** The idempotency key of one message. */
export const tellingName = (id: string, index: number): string => `${id}:${index}`;
