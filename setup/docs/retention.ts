// How long each kind of Redis key is kept: for the table in docs/operations.md, the soak, and the test that knows no other key.

export interface Retention {
  /** As the table names it; words in capitals stand for what differs. */
  readonly key: string;
  readonly pattern: RegExp;
  readonly holds: string;
  readonly kept: string;
  /** `expires`: Redis deletes it. `capped`: it stops to grow. `lasting`: it grows with gateways, runs or channels alone. */
  readonly growth: 'expires' | 'capped' | 'lasting';
}

const lasting = (key: string, pattern: RegExp, holds: string, kept: string): Retention => ({
  ...{ key, pattern, holds, kept },
  growth: 'lasting',
});
const capped = (key: string, pattern: RegExp, holds: string, kept: string): Retention => ({
  ...{ key, pattern, holds, kept },
  growth: 'capped',
});
const expires = (key: string, pattern: RegExp, holds: string, kept: string): Retention => ({
  ...{ key, pattern, holds, kept },
  growth: 'expires',
});

/** Without the prefix `llmgw:`; the first pattern that matches counts. */
export const retentions: readonly Retention[] = [
  lasting('run:RUN:journal', /^run:[^:]+:journal$/, 'events of a run, about 10 kB', 'for good'),
  lasting('run:RUN:card', /^run:[^:]+:card$/, 'place of its card', 'for good'),
  lasting('run:RUN:cursors', /^run:[^:]+:cursors$/, 'events that listeners heard', 'for good'),
  lasting('runs, runs:GATEWAY', /^runs(:[^:]+)?$/, 'ids of runs', 'for good'),
  lasting('lock:GATEWAY', /^lock:[^:]+$/, 'the unfinished run', 'until the run ends'),
  lasting('open', /^open$/, 'runs whose card is not final', 'until the card shows the end'),
  lasting('watch:GATEWAY', /^watch:[^:]+$/, 'what the watch saw last', 'for good'),
  lasting('lease:GATEWAY', /^lease:[^:]+$/, 'end of the lease', 'until it is replaced or ends'),
  lasting(
    'subscriptions, subscription-owners',
    /^subscription(s|-owners)$/,
    'channels of `notify`',
    'until `notify off`',
  ),
  capped('approvals:waiting', /^approvals:waiting$/, 'ids of open questions', 'until they end'),
  expires('approval:ID, approval:ID:places', /^approval:/, 'a question', '7 days after its end'),
  expires('approval-slot:NAME', /^approval-slot:/, 'the open question', '7 days after its end'),
  expires('audit:once:ID', /^audit:once:/, 'an entry was written', '30 days'),
  capped('audit', /^audit$/, 'the audit trail', 'the last 20,000 entries'),
  expires('text:REF', /^text:/, 'a prompt or reason', '1 day or less'),
  expires('once:NAME, exclusive:NAME', /^(once|exclusive):/, 'a claim', 'up to 7 days'),
  expires('health:NAME', /^health:/, 'a write of the health check', 'seconds'),
  expires('usage:window:NAME, usage:claim:NAME', /^usage:/, 'requests counted', 'the quota window'),
  expires('ask:KIND:ID', /^ask:/, 'places in line, stops, turns of a thread', 'up to 1 day'),
  capped('home:viewers', /^home:viewers$/, 'people with an open Home', '12 hours'),
  expires('home:KIND:USER', /^home:/, 'what Home shows', 'up to 1 day'),
  expires('slack:posts:CHANNEL', /^slack:posts:/, 'the bot may post there', '30 days'),
  expires('slack:message:JOB', /^slack:message:/, 'place of a message', '30 days'),
  expires('slack:told:ENTRY', /^slack:told:/, 'a message was sent', '2 days'),
  expires('slack:KIND:ID', /^slack:/, 'deliveries, modals, answers, pace', 'up to 1 day'),
  capped('queue:NAME:events', /^queue:[^:]+:events$/, 'events of BullMQ', 'the last 100 or so'),
  expires('queue:NAME:JOB:lock', /^queue:[^:]+:.+:lock$/, 'the worker of a job', '3 s'),
  expires(
    'queue:NAME:stalled-check',
    /^queue:[^:]+:stalled-check$/,
    'a look for lost jobs',
    'seconds',
  ),
  lasting(
    'queue:NAME:STATE',
    /^queue:[^:]+:(meta|id|pc|marker|repeat|wait|active|paused|prioritized|delayed|stalled|limiter|de)$/,
    'the queue itself',
    'for good',
  ),
  lasting('queue:NAME:repeat:ID', /^queue:[^:]+:repeat:/, 'a schedule', 'for good'),
  capped(
    'queue:NAME:completed, queue:NAME:failed, queue:NAME:JOB',
    /^queue:[^:]+:/,
    'jobs that wait or have ended',
    '10 minutes after their end (outbox: 1 day), and until the next job of that queue ends',
  ),
];

export function retentionOf(key: string): Retention | undefined {
  if (!key.startsWith('llmgw:')) return undefined;
  const name = key.slice('llmgw:'.length);
  return retentions.find(({ pattern }) => pattern.test(name));
}
