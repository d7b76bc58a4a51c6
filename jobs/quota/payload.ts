// Queue payloads of quotas: ids and references only.
import { z } from 'zod';
import { addressee, gatewayName } from '../../src/job/addressee.ts';
import { quotaPattern } from '../../src/gateway/options.ts';

export const quotaPayload = z.object({
  gateway: gatewayName,
  /** `own`, `all`, or the Slack id of a person. */
  whose: z.union([z.enum(['own', 'all']), z.string().regex(/^[UW][A-Z0-9]+$/)]),
  /** One of their apps, by its typed name or its name in Apigee. */
  app: z.string().min(1).optional(),
  span: z.enum(['day', 'week']).default('day'),
  to: addressee,
});
export type QuotaPayload = z.infer<typeof quotaPayload>;

/** A quota request; `to` is the requester, and for `carry-out` the operator who decided. */
export const quotaRequestPayload = z.object({
  gateway: gatewayName,
  action: z.enum(['ask', 'carry-out', 'end']),
  /** Slack id of the requester. */
  owner: z.string().min(1),
  desired: z.string().regex(quotaPattern),
  /** Reference of the reason in the store. */
  why: z.string().optional(),
  /** Id of the question; of `end`, of the run. */
  of: z.string().optional(),
  /** The requester is an operator, so the approver is the second person. */
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
