// Input of a teardown run.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { z } from 'zod';
import { fail, type Json } from '../../src/kernel/errors.ts';

export const teardownInput = z.object({
  /** Deletes developers and developer apps too; by default they and their keys stay. */
  removeApps: z.boolean().default(false),
});
export type TeardownInput = z.infer<typeof teardownInput>;

/** @throws invalid/bad_input */
export function readTeardownInput(input: Json): TeardownInput {
  const parsed = teardownInput.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw fail('invalid', 'bad_input', 'This teardown has unreadable options', {
    next: guidance`Start a new teardown with ${slashCommand('teardown')}.`,
  });
}
