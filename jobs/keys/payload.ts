// Payloads of the queue: ids and references only, never a secret or a prompt.
import { z } from 'zod';
import { addressee, gatewayName } from '../../src/job/addressee.ts';

export const keyPayload = z.object({
  gateway: gatewayName,
  /** `issue` creates or announces; `reveal` fills the modal that the owner's click opened. */
  action: z.enum(['issue', 'reveal', 'list', 'rotate', 'revoke', 'approve', 'deny']),
  /** As it was typed, or as Apigee names it; absent: the person's first. */
  app: z.string().min(1).optional(),
  /** Whose keys, where it is not the asker; whoever enqueues has looked whether the asker may. */
  owner: z.string().min(1).optional(),
  /** An operator has named the person; whoever enqueues has looked. */
  isByOperator: z.boolean().default(false),
  /** How long a new key lives, ms; -1 for good. */
  expiresInMs: z.number().int().optional(),
  /** How long the old keys work beside the new one, ms. */
  overlapMs: z.number().int().min(0).optional(),
  /** Fingerprint of the key that is decided on. */
  key: z.string().optional(),
  /** A person has said yes to revoking. */
  isConfirmed: z.boolean().default(false),
  to: addressee,
});
export type KeyPayload = z.infer<typeof keyPayload>;

/** Due later; keys are named by their fingerprints. */
export const scheduledKeyPayload = z.object({
  gateway: gatewayName,
  what: z.enum(['retire', 'warn']),
  owner: z.string().min(1),
  app: z.string().min(1),
  key: z.string(),
  /** Keys that go once `key` is proven. */
  old: z.array(z.string()),
  tries: z.number().int().default(0),
  to: addressee,
});
export type ScheduledKeyPayload = z.infer<typeof scheduledKeyPayload>;
