// Payloads of the queue: ids and references only, never a secret or a prompt.
import { z } from 'zod';
import { addressee, gatewayName, runApproval } from '../../src/job/addressee.ts';
import { provisionOptions } from '../../src/gateway/options.ts';

export const planPayload = z.object({
  gateway: gatewayName,
  /** Of the run that is planned; without them, those of the gateway's last provisioning. */
  options: provisionOptions.optional(),
  /** Asks whether to begin; `to.job` is then the id of the run. */
  asks: z.boolean().default(false),
  /** Where another operator must approve it: asks for that at once, as the asker's own wish is clear. */
  isRequested: z.boolean().default(false),
  /** The hash of the plan that a person has approved: it begins if it still holds. */
  approved: z.string().optional(),
  /** Of the other operator, where one must approve it. */
  approval: runApproval.optional(),
  to: addressee,
});
export type PlanPayload = z.infer<typeof planPayload>;
