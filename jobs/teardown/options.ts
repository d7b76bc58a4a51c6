// The input of a teardown run: what of people's own goes along.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { z } from 'zod';
import { fail, type Json } from '../../src/kernel/errors.ts';

export const teardownInput = z.object({
  /** Developers and apps that llmgw made for people go, too; by default they and their keys stay. */
  removeApps: z.boolean().default(false),
});
export type TeardownInput = z.infer<typeof teardownInput>;

/** @throws invalid/bad_input for an input that is none of a teardown run. */
export function readTeardownInput(input: Json): TeardownInput {
  const parsed = teardownInput.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw fail('invalid', 'bad_input', 'The options of this teardown cannot be read', {
    next: guidance`Start a new one with ${slashCommand('teardown')}.`,
  });
}
