// Queue payload of a retry: ids and references only.
import { z } from 'zod';
import { addressee, gatewayName, runApproval } from '../../src/job/addressee.ts';

/** A retry that needs an approver. */
export const retryPayload = z.object({
  gateway: gatewayName,
  runId: z.string().min(1),
  approval: runApproval.optional(),
  to: addressee,
});
export type RetryPayload = z.infer<typeof retryPayload>;
