// Codec of button values and modal metadata: fields as JSON, checked by zod. Pure.
import { z } from 'zod';
import { fail } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';

export interface Codec<Fields> {
  /** @throws bug/too_long_for_slack */
  write(this: void, fields: Fields): string;
  /** undefined for an unreadable value of another version. */
  read(this: void, text: string): Fields | undefined;
}

/** Value that a codec writes and reads. */
export type CodecFields<Of> = Of extends Codec<infer Fields> ? Fields : never;

/** Slack's limit for a button's value, in characters; a modal's metadata may have 3,000. */
const mostChars = 2_000;

const fieldsOf = z.record(z.string(), z.unknown());

/** The name of a gateway, a run or a job. */
export const plainName = z.string().regex(/^[a-z0-9-]+$/);

/** A value that is a single name needs no codec. */
export function codec<Schema extends z.ZodObject>(schema: Schema): Codec<z.output<Schema>> {
  const names = Object.keys(schema.shape);
  return {
    write: (fields) => {
      const text = JSON.stringify(z.encode(schema, fields));
      if (text.length <= mostChars) return text;
      throw fail('bug', 'too_long_for_slack', `A button of ${text.length} characters was written.`);
    },
    read: (text) => {
      const { data = fromWords(text, names) } = fieldsOf.safeParse(parseJson(text));
      return schema.safeParse(data).data;
    },
  };
}

/** Messages of an earlier version contain words in field order, the last of which has the rest. */
function fromWords(text: string, names: readonly string[]): object {
  const words = text.split(' ');
  const last = names.length - 1;
  const rest = words.slice(last).join(' ');
  return Object.fromEntries(
    names.map((name, index) => [name, index < last ? words[index] : rest || undefined]),
  );
}

/** The fields in one line, for the audit trail. */
export function fieldsInLine(text: string): string {
  const { data } = fieldsOf.safeParse(parseJson(text));
  if (data === undefined) return text;
  // An object may have its own `toString`.
  const words = Object.values(data).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  return words.join(' ');
}
