// Decided quota request: the job that carries the decision out.
import type { Carriers } from '../approvals/index.ts';
import type { z } from 'zod';
import type { quotaRequestPayload } from './payload.ts';

export const carryOutQuota: Carriers['quota'] = async (ctx, request, { by, job }) => {
  const payload: z.input<typeof quotaRequestPayload> = {
    gateway: request.gateway,
    action: 'carry-out',
    owner: request.by.user,
    desired: request.desired,
    of: request.id,
    isOperators: (await ctx.permissions.may('operator', request.by, { isFresh: true })).allowed,
    to: { ...by, job },
  };
  return ctx.queues.enqueue('quota-request', payload, job, by);
};
