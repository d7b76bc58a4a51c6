// Long texts in Redis by reference: prompts and other texts outside job payloads.
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { Log } from './log.ts';
import { createRecordReader } from './stored.ts';

export interface Texts {
  read(this: void, ref: string): Promise<string | undefined>;
  /** A text that is a record; undefined also if it cannot be read. */
  record<Schema extends z.ZodType>(
    this: void,
    ref: string,
    schema: Schema,
  ): Promise<z.input<Schema> | undefined>;
  drop(this: void, ref: string): Promise<void>;
  keep(this: void, ref: string, text: string, ttlMs: number): Promise<void>;
  /** Several at once, by reference. */
  keepAll(this: void, texts: Readonly<Record<string, string>>, ttlMs: number): Promise<void>;
}

/** KEYS texts. ARGV ms to keep them, then as many texts. */
const keepTexts = `
for at, key in ipairs(KEYS) do redis.call('SET', key, ARGV[at + 1], 'PX', ARGV[1]) end
`;

export function createTexts(redis: Redis, prefix: string, log: Log): Texts {
  const read = createRecordReader(log);
  const key = (ref: string): string => `${prefix}:text:${ref}`;
  return {
    read: async (ref) => (await redis.get(key(ref))) ?? undefined,
    record: async (ref, schema) => read(schema, key(ref), await redis.get(key(ref))),
    drop: async (ref) => void (await redis.del(key(ref))),
    keep: async (ref, text, ttlMs) => void (await redis.set(key(ref), text, 'PX', ttlMs)),
    keepAll: async (texts, ttlMs) => {
      const keys = Object.keys(texts).map(key);
      await redis.eval(keepTexts, keys.length, ...keys, ttlMs, ...Object.values(texts));
    },
  };
}
