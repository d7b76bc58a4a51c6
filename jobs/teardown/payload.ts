// Payloads of the queue: ids and references only, never a secret or a prompt.
import { z } from 'zod';
import { addressee, gatewayName, runApproval } from '../../src/job/addressee.ts';

export const teardownPayload = z.object({
  gateway: gatewayName,
  removeApps: z.boolean(),
  /** The gateway's name was typed: where another operator must approve it, that is asked for. */
  isRequested: z.boolean().default(false),
  /** The hash of what goes, as the other operator has approved it. */
  approved: z.string().optional(),
  approval: runApproval.optional(),
  /** `to.job` is the id of the run that is asked for. */
  to: addressee,
});
export type TeardownPayload = z.infer<typeof teardownPayload>;
