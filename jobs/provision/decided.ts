// Approved plan: the job that checks the plan again and starts the run.
import type { Carriers } from '../approvals/index.ts';
import type { z } from 'zod';
import { retryApproved } from '../runs/decided.ts';
import type { planPayload } from './payload.ts';

export const carryOutPlan: Carriers['provision'] = async (ctx, request, decided) => {
  if (!decided.isApproved) return;
  if (request.isRetry === true) return retryApproved(ctx, request, decided);
  const { by, approval, job } = decided;
  const payload: z.input<typeof planPayload> = {
    gateway: request.gateway,
    approved: request.hash,
    approval,
    asks: true,
    to: { ...request.by, job: request.runId },
  };
  await ctx.queues.enqueue('plan', payload, job, { user: by.user, channel: by.user });
};
