// Payloads of the queue: ids and references only, never a secret or a prompt.
import { z } from 'zod';
import { addressee, gatewayName } from '../../src/job/addressee.ts';

export const approvalNewsPayload = z.object({
  gateway: gatewayName,
  /** Of the question. */
  id: z.string().min(1),
  what: z.enum(['tell', 'expire']),
  /** Whoever waits for the answer. */
  owner: z.string().min(1),
  to: addressee,
});
export type ApprovalNewsPayload = z.infer<typeof approvalNewsPayload>;
