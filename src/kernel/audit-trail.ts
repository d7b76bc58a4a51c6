// Audit trail: an append-only Redis stream of bounded length, without secrets.
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { toFault } from './errors.ts';
import type { Log } from './log.ts';
import type { Redactor } from './redaction.ts';
import { createRecordReader } from './stored.ts';
import { cutText } from './text.ts';

const auditEntry = z.object({
  /** ms since the epoch. */
  at: z.number(),
  /** Slack id, or `llmgw` for the bot itself. */
  who: z.string(),
  /** `key.rotate`, `provision`, `approval.approve`. */
  what: z.string(),
  /** The typed text, or the button's value. */
  said: z.string().optional(),
  /** Gateway, app or run. */
  on: z.string().optional(),
  /** Slack id of the person who benefits, if another one. */
  for: z.string().optional(),
  channel: z.string(),
  via: z.enum(['slash', 'mention', 'direct', 'click', 'window', 'shortcut', 'home', 'job', 'run']),
  /** `accepted`: started; another entry of the same job has the end. */
  outcome: z.string(),
  /** Reason of a refusal or failure: a fault's code, or text. */
  why: z.string().optional(),
  approvedBy: z.string().optional(),
  job: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export type AuditVia = AuditEntry['via'];

export interface AuditTrail {
  /** Does not block and never rejects; `settled` waits for pending writes. */
  note(this: void, entry: Omit<AuditEntry, 'at'>): void;
  /** Once per id within a month. @throws the Redis error. */
  noteOnce(this: void, id: string, entry: Omit<AuditEntry, 'at'>): Promise<void>;
  /** Newest first. */
  read(desired: {
    readonly last: number;
    readonly who?: string | undefined;
  }): Promise<AuditEntry[]>;
  settled(this: void): Promise<void>;
}

export interface AuditParts {
  readonly redis: Redis;
  readonly prefix: string;
  readonly redactor: Pick<Redactor, 'json'>;
  readonly log: Log;
}

/** Older entries are dropped. */
const keptEntries = 20_000;
const pageLength = 1_000;
const longestText = 300;
const onceMs = 30 * 86_400_000;

/** KEYS mark of the id, stream. ARGV ms, entries kept, entry. */
const addOnce = `
if redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'NX') then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'entry', ARGV[3])
end
`;

export function createAuditTrail({ redis, prefix, redactor, log }: AuditParts): AuditTrail {
  const key = `${prefix}:audit`;
  const read = createRecordReader(log);
  const writing = new Set<Promise<void>>();
  const written = (entry: AuditEntry): string => JSON.stringify(redactor.json(entry));
  const write = async (entry: AuditEntry): Promise<void> => {
    try {
      await redis.xadd(key, 'MAXLEN', '~', keptEntries, '*', 'entry', written(entry));
    } catch (error) {
      // The log keeps the entry in this case.
      log.error({ audit: entry, err: toFault(error) }, 'audit write failed');
    }
  };
  return {
    note: ({ said, ...entry }) => {
      const one = write({
        at: Date.now(),
        ...entry,
        ...(said === undefined || said === '' ? {} : { said: cutText(said, longestText) }),
      });
      writing.add(one);
      void one.finally(() => writing.delete(one));
    },
    noteOnce: async (id, entry) => {
      const text = written({ at: Date.now(), ...entry });
      await redis.eval(addOnce, 2, `${key}:once:${id}`, key, onceMs, keptEntries, text);
    },
    read: async ({ last, who }) => {
      const found: AuditEntry[] = [];
      for (let end = '+'; found.length < last;) {
        const page = await redis.xrevrange(key, end, '-', 'COUNT', pageLength);
        for (const [, fields] of page) {
          const entry = read(auditEntry, key, fields[1]);
          const isRequested = who === undefined || entry?.who === who || entry?.for === who;
          if (entry !== undefined && isRequested) found.push(entry);
        }
        const oldest = page.at(-1)?.[0];
        if (oldest === undefined || page.length < pageLength) break;
        end = `(${oldest}`;
      }
      return found.slice(0, last);
    },
    settled: async () => void (await Promise.all(writing)),
  };
}
