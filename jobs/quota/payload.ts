// Payloads of the queue: ids and references only, never a secret or a prompt.
import { z } from 'zod';
import { addressee, gatewayName } from '../../src/job/addressee.ts';
import { quotaPattern } from '../../src/gateway/options.ts';

export const quotaPayload = z.object({
  gateway: gatewayName,
  /** `own`, `all`, or the Slack id of a person. */
  whose: z.union([z.enum(['own', 'all']), z.string().regex(/^[UW][A-Z0-9]+$/)]),
  /** One app of theirs, as it was typed or as Apigee names it. */
  app: z.string().min(1).optional(),
  span: z.enum(['day', 'week']).default('day'),
  to: addressee,
});
export type QuotaPayload = z.infer<typeof quotaPayload>;

/** A wish for more quota, from the asking to its end; `to` is the asker, but for `carry-out`: whoever has decided. */
export const quotaRequestPayload = z.object({
  gateway: gatewayName,
  action: z.enum(['ask', 'carry-out', 'end']),
  /** Slack id of the asker. */
  owner: z.string().min(1),
  desired: z.string().regex(quotaPattern),
  /** Reference of the asker's own words in the run store. */
  why: z.string().optional(),
  /** Id of the question; of `end`, of the run. */
  of: z.string().optional(),
  /** The asker is an operator, whose wish counts as one of two people's. */
  isOperators: z.boolean().default(false),
  /** How the run ended. */
  end: z
    .object({
      status: z.enum(['succeeded', 'failed', 'cancelled', 'refused', 'denied']),
      why: z.string().optional(),
    })
    .optional(),
  to: addressee,
});
export type QuotaRequestPayload = z.infer<typeof quotaRequestPayload>;
