// Queue payload of approval news: ids and references only.
import { z } from 'zod';
import { addressee, gatewayName } from '../../src/job/addressee.ts';

export const approvalNewsPayload = z.object({
  gateway: gatewayName,
  /** Of the question. */
  id: z.string().min(1),
  what: z.enum(['tell', 'expire']),
  /** Recipient of the news. */
  owner: z.string().min(1),
  to: addressee,
});
export type ApprovalNewsPayload = z.infer<typeof approvalNewsPayload>;
