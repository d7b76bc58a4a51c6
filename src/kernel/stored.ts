// Reader of the bot's own records in Redis, and their shared schemas.
import { z } from 'zod';
import { type Fault, type Json, errorKinds } from './errors.ts';
import type { FaultCode } from './fault-codes.ts';
import type { Guidance } from './guidance.ts';
import { parseJson } from './json.ts';
import type { Log } from './log.ts';

/**
 * @param record names the record in the log: its key, or the part after the prefix.
 * @returns the record as written, including fields of a newer version; undefined for none, and for one in the
 * format of another version or another program, which is logged once.
 */
export type RecordReader = <Schema extends z.ZodType>(
  schema: Schema,
  record: string,
  text: string | null | undefined,
) => z.input<Schema> | undefined;

/** Records that were logged; some are read several times a second. */
const mostLogged = 1_000;

export function createRecordReader(log: Pick<Log, 'warn'>): RecordReader {
  const logged = new Set<string>();
  return (schema, record, text) => {
    if (text === null || text === undefined) return undefined;
    const value = parseJson(text);
    const { error } = schema.safeParse(value);
    if (error === undefined) return value as z.input<typeof schema>;
    if (!logged.has(record)) {
      if (logged.size >= mostLogged) logged.clear();
      logged.add(record);
      // Values stay out of the log: a record may contain a person's text.
      const fields = error.issues.map(({ path }) => path.join('.'));
      log.warn({ record, fields }, 'stored record unreadable');
    }
    return undefined;
  };
}

/** Slack id and channel of a requester. */
export const storedWho = z.object({
  user: z.string(),
  channel: z.string(),
  askedIn: z.string().optional(),
});

export const storedGuidance: z.ZodType<Guidance, Guidance> = z.union([
  z.string(),
  z.array(
    z.union([z.string(), z.object({ command: z.string(), gateway: z.string().exactOptional() })]),
  ),
]);

/** Codes of another version are codes too. */
const faultCode = z.custom<FaultCode>((value) => typeof value === 'string');

export const storedFault: z.ZodType<Fault, Fault> = z.object({
  kind: z.enum(errorKinds),
  code: faultCode,
  message: z.string(),
  next: storedGuidance.exactOptional(),
  gateway: z.string().exactOptional(),
  retryAfterMs: z.number().exactOptional(),
  untilDeadline: z.literal(true).exactOptional(),
  details: z.record(z.string(), z.json() as z.ZodType<Json, Json>).exactOptional(),
  cause: z.lazy(() => storedFault).exactOptional(),
});
