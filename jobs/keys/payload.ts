// Payloads of the key jobs: ids and references only, never a secret.
import { z } from 'zod';
import { addressee, gatewayName } from '../../src/job/addressee.ts';

export const keyPayload = z.object({
  gateway: gatewayName,
  /** `issue` creates or announces; `reveal` fills the modal that the owner opened. */
  action: z.enum(['issue', 'reveal', 'list', 'rotate', 'revoke', 'approve', 'deny']),
  /** Typed name, or Apigee's; absent: the person's first app. */
  app: z.string().min(1).optional(),
  /** Owner, if not the requester; the producer has checked the permission. */
  owner: z.string().min(1).optional(),
  /** An operator named the person; the producer has checked it. */
  isByOperator: z.boolean().default(false),
  /** Lifetime of a new key, ms; -1 for unlimited. */
  expiresInMs: z.number().int().optional(),
  /** How long the old keys keep working beside the new one, ms. */
  overlapMs: z.number().int().min(0).optional(),
  /** Fingerprint of the key that is decided on. */
  key: z.string().optional(),
  /** A person confirmed the revocation. */
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
  /** Keys that are deleted once `key` is verified. */
  old: z.array(z.string()),
  tries: z.number().int().default(0),
  to: addressee,
});
export type ScheduledKeyPayload = z.infer<typeof scheduledKeyPayload>;
