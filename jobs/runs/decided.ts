// Approved retry: the job that checks the approval again and continues the run.
import type { Decided, ProvisionRequest, TeardownRequest } from '../approvals/index.ts';
import type { z } from 'zod';
import type { HandlerContext } from '../../src/slack/dispatch/command.ts';
import type { retryPayload } from './payload.ts';

/** The requester stays the run's owner; the job checks the approver again before the run continues. */
export function retryApproved(
  { queues }: HandlerContext,
  { gateway, runId, by: asker }: ProvisionRequest | TeardownRequest,
  { by, approval, job }: Decided,
): Promise<void> {
  const payload: z.input<typeof retryPayload> = { gateway, runId, approval, to: { ...asker, job } };
  return queues.enqueue('retry-look', payload, job, { user: by.user, channel: by.user });
}
