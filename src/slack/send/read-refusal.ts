// Texts of Slack's refusals, from every field that may contain them.
import { z } from 'zod';

const word = z.string().optional().catch(undefined);
/** Strings, or objects with a message: methods differ. */
const list = z
  .array(z.union([z.string(), z.looseObject({ message: word })]).catch(''))
  .catch([])
  .transform((all) => all.map((one) => (typeof one === 'string' ? one : (one.message ?? ''))));

const refusal = z.object({
  error: word,
  detail: word,
  needed: word,
  errors: list,
  response_metadata: z.object({ messages: list }).catch({ messages: [] }),
});

/** @returns the missing scopes that Slack names, and all of its texts, one per line. */
export function readRefusal(answer: unknown): { needed: string | undefined; words: string } {
  const read = refusal.safeParse(answer).data;
  if (read === undefined) return { needed: undefined, words: '' };
  const { error, detail, needed, errors, response_metadata: metadata } = read;
  const all = [error, detail, needed, ...errors, ...metadata.messages];
  return { needed: needed === '' ? undefined : needed, words: all.filter(Boolean).join('\n') };
}
