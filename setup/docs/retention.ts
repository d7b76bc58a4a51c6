// Retention of each kind of Redis key, for docs/operations.md, the soak, and a test.
import { formatDuration } from '../../src/kernel/duration.ts';

export interface Retention {
  /** The name in the table; words in capitals are placeholders. */
  readonly key: string;
  /** Matches the key without the prefix `llmgw:`. */
  readonly pattern: RegExp;
  readonly holds: string;
  readonly kept: string;
  /** `expires`: Redis deletes it. `capped`: its size is limited. `lasting`: it grows with gateways, runs, people or channels alone. */
  readonly growth: 'expires' | 'capped' | 'lasting';
  /** For a key that expires: its longest remaining time. */
  readonly mostMs?: number;
}

type Row = readonly [key: string, pattern: RegExp, holds: string];

const lasting = ([key, pattern, holds]: Row, kept = 'for good'): Retention => ({
  key,
  pattern,
  holds,
  kept,
  growth: 'lasting',
});
const capped = (row: Row, kept: string): Retention => ({ ...lasting(row, kept), growth: 'capped' });
const expires = (
  row: Row,
  mostMs: number,
  kept = `up to ${formatDuration(mostMs)}`,
): Retention => ({
  ...lasting(row, kept),
  growth: 'expires',
  mostMs,
});

const second = 1_000;
const hour = 3_600_000;
const day = 24 * hour;

/** The first pattern that matches counts. */
export const retentions: readonly Retention[] = [
  lasting(['run:RUN:journal', /^run:[^:]+:journal$/, 'events of a run, about 10 kB']),
  lasting(['run:RUN:card', /^run:[^:]+:card$/, 'where its card is']),
  lasting(['run:RUN:cursors', /^run:[^:]+:cursors$/, 'how much of it listeners heard']),
  lasting(['runs, runs:GATEWAY', /^runs(:[^:]+)?$/, 'ids of runs']),
  lasting(['lock:GATEWAY', /^lock:[^:]+$/, 'the unfinished run'], 'until the run ends'),
  lasting(['open', /^open$/, 'runs whose card is not final'], 'until the card shows the end'),
  lasting(['watch:GATEWAY', /^watch:[^:]+$/, 'what the watch saw last']),
  lasting(['lease:GATEWAY', /^lease:[^:]+$/, 'end of the lease'], 'until the next lease'),
  lasting(
    ['subscriptions, subscription-owners', /^subscription(s|-owners)$/, 'channels of `notify`'],
    'until `notify off`',
  ),
  lasting(
    ['text:developer-ORG-USER', /^text:developer-/, 'the Apigee developer of a person'],
    '10 years',
  ),
  expires(['text:quota-wish:RUN', /^text:quota-wish:/, 'a request for quota'], 30 * day),
  expires(['text:REF', /^text:/, 'a prompt, a reason, a plan'], 8 * day),
  capped(['approvals:waiting', /^approvals:waiting$/, 'ids of open questions'], 'until they end'),
  expires(['approval:ID, approval:ID:places', /^approval:/, 'a question'], 14 * day),
  expires(['approval-slot:NAME', /^approval-slot:/, 'the open question of its kind'], 14 * day),
  capped(['audit', /^audit$/, 'the audit trail'], 'the last 20,000 entries'),
  expires(['audit:once:ID', /^audit:once:/, 'that an entry was written'], 30 * day),
  expires(['once:NAME', /^once:/, 'that a command of a run was carried out'], 10 * 60 * second),
  expires(['exclusive:NAME', /^exclusive:/, 'the process that does the work'], hour),
  expires(['worker-alive', /^worker-alive$/, 'that a worker runs'], 9 * second),
  expires(['health:NAME', /^health:/, 'the last write of the health check'], 60 * second),
  expires(
    ['usage:window:NAME, usage:claim:NAME', /^usage:/, 'requests that were counted'],
    31 * day,
    'as long as the window of the quota',
  ),
  expires(['ask:KIND:ID', /^ask:/, 'places in line, stops, turns of a thread'], day),
  capped(['home:viewers', /^home:viewers$/, 'people with an open Home'], '12 h'),
  expires(['home:KIND:USER', /^home:/, 'what Home shows'], day),
  expires(['slack:posts:CHANNEL', /^slack:posts:/, 'that the bot may post there'], 30 * day),
  expires(['slack:message:JOB', /^slack:message:/, 'where a message is'], 30 * day),
  expires(['slack:told:ENTRY', /^slack:told:/, 'that a message was sent'], 2 * day),
  expires(['slack:KIND:ID', /^slack:/, 'deliveries, modals, answers, pace'], day),
  capped(
    ['queue:NAME:events', /^queue:[^:]+:events$/, "BullMQ's own events"],
    'the last 100 to 200',
  ),
  expires(['queue:NAME:JOB:lock', /^queue:[^:]+:.+:lock$/, 'the worker of a job'], 3 * second),
  expires(
    ['queue:NAME:stalled-check', /^queue:[^:]+:stalled-check$/, 'the last look for lost jobs'],
    30 * second,
  ),
  lasting([
    'queue:NAME:STATE',
    /^queue:[^:]+:(meta|id|pc|marker|repeat|wait|active|paused|prioritized|delayed|stalled|limiter)$/,
    'the queue and what waits in it',
  ]),
  lasting(['queue:NAME:repeat:ID', /^queue:[^:]+:repeat:/, 'a schedule']),
  capped(
    [
      'queue:NAME:completed, queue:NAME:failed, queue:NAME:JOB',
      /^queue:[^:]+:/,
      'jobs that wait or have ended',
    ],
    '10 min after their end (outbox: 1 day), and until the next job of the queue ends',
  ),
];

export function retentionOf(key: string): Retention | undefined {
  if (!key.startsWith('llmgw:')) return undefined;
  const name = key.slice('llmgw:'.length);
  return retentions.find(({ pattern }) => pattern.test(name));
}
