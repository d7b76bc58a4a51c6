// Who did what, when, from where, and how it ended: an append-only stream in Redis of bounded length. Never a secret.
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { parseJson } from './json.ts';
import type { Log } from './log.ts';
import type { Redactor } from './redaction.ts';
import { cutText } from './text.ts';

const auditEntry = z.object({
  /** ms since the epoch. */
  at: z.number(),
  /** Slack id, or `llmgw` for the bot itself. */
  who: z.string(),
  /** `key.rotate`, `provision`, `approval.approve`. */
  what: z.string(),
  /** As it was typed, or what the button stood for. */
  said: z.string().optional(),
  /** Gateway, app, run: what it was done to. */
  on: z.string().optional(),
  /** Slack id of the person it was done for, where that is another one. */
  for: z.string().optional(),
  channel: z.string(),
  via: z.enum(['slash', 'mention', 'direct', 'click', 'window', 'shortcut', 'home', 'job', 'run']),
  /** `accepted`: begun, and another entry of the same job says how it ended. */
  outcome: z.string(),
  /** Why it was refused or failed: a fault's code, or words. */
  why: z.string().optional(),
  approvedBy: z.string().optional(),
  job: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export type AuditVia = AuditEntry['via'];

export interface AuditTrail {
  /** Never waited for by people, and never rejects; `settled` waits for what is on its way. */
  note(this: void, entry: Omit<AuditEntry, 'at'>): void;
  /** Kept once an id for a month. @throws what Redis threw. */
  noteOnce(this: void, id: string, entry: Omit<AuditEntry, 'at'>): Promise<void>;
  /** The newest first. */
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

/** More than anybody reads; older entries go. */
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
  const writing = new Set<Promise<void>>();
  const written = (entry: AuditEntry): string => JSON.stringify(redactor.json(entry));
  const write = async (entry: AuditEntry): Promise<void> => {
    try {
      await redis.xadd(key, 'MAXLEN', '~', keptEntries, '*', 'entry', written(entry));
    } catch (error) {
      // The log is the last place that can tell it.
      log.error({ audit: entry, error: String(error) }, 'an audit entry could not be kept');
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
          const entry = readEntry(fields[1]);
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

/** One of another version is passed over. */
function readEntry(text: string | undefined): AuditEntry | undefined {
  return auditEntry.safeParse(parseJson(text ?? '')).data;
}
