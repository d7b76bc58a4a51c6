// Queue payload of a teardown: ids and references only.
import { z } from 'zod';
import { addressee, gatewayName, runApproval } from '../../src/job/addressee.ts';

export const teardownPayload = z.object({
  gateway: gatewayName,
  removeApps: z.boolean(),
  /** Confirmed by name: requests the approval at once if an approver is needed. */
  isRequested: z.boolean().default(false),
  /** Hash of the approved list. */
  approved: z.string().optional(),
  approval: runApproval.optional(),
  /** `to.job` is the id of the run. */
  to: addressee,
});
export type TeardownPayload = z.infer<typeof teardownPayload>;
