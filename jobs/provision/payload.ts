// Queue payload of a plan: ids and references only.
import { z } from 'zod';
import { addressee, gatewayName, runApproval } from '../../src/job/addressee.ts';
import { provisionOptions } from '../../src/gateway/options.ts';

export const planPayload = z.object({
  gateway: gatewayName,
  /** Of the planned run; by default those of the last provisioning. */
  options: provisionOptions.optional(),
  /** Shows the plan as a question; `to.job` is then the id of the run. */
  asks: z.boolean().default(false),
  /** Requests the approval at once if an approver is needed. */
  isRequested: z.boolean().default(false),
  /** Hash of the approved plan; the run starts if the plan is current. */
  approved: z.string().optional(),
  /** The approver's, if one is needed. */
  approval: runApproval.optional(),
  to: addressee,
});
export type PlanPayload = z.infer<typeof planPayload>;
