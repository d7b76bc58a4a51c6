// Texts in memory, for tests without Redis.
import { createRecordReader } from '../../src/kernel/stored.ts';
import type { Texts } from '../../src/kernel/texts.ts';
import { quiet } from './engine.ts';

export function memoryTexts(kept: Map<string, string>): Texts {
  const read = createRecordReader(quiet);
  return {
    read: (ref) => Promise.resolve(kept.get(ref)),
    record: (ref, schema) => Promise.resolve(read(schema, ref, kept.get(ref))),
    drop: (ref) => Promise.resolve(void kept.delete(ref)),
    keep: (ref, text) => Promise.resolve(void kept.set(ref, text)),
    keepAll: (all) =>
      Promise.resolve(Object.entries(all).forEach(([ref, text]) => kept.set(ref, text))),
  };
}
