// Approved teardown: the job that checks the resources again and starts the run.
import type { Carriers } from '../approvals/index.ts';
import type { z } from 'zod';
import { retryApproved } from '../runs/decided.ts';
import type { teardownPayload } from './payload.ts';

export const carryOutTeardown: Carriers['teardown'] = async (ctx, request, decided) => {
  if (!decided.isApproved) return;
  if (request.isRetry === true) return retryApproved(ctx, request, decided);
  const { by, approval, job } = decided;
  const payload: z.input<typeof teardownPayload> = {
    gateway: request.gateway,
    approved: request.hash,
    approval,
    removeApps: request.removeApps,
    to: { ...request.by, job: request.runId },
  };
  await ctx.queues.enqueue('teardown-look', payload, job, { user: by.user, channel: by.user });
};
