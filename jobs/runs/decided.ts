// An approved retry: the run goes on by a job that looks first whether the approval still covers it.
import type { Decided, ProvisionRequest, TeardownRequest } from '../approvals/index.ts';
import type { z } from 'zod';
import type { HandlerContext } from '../../src/slack/dispatch/command.ts';
import type { retryPayload } from './payload.ts';

/** The run is its asker's; who approved it goes along, and is looked at again where it goes on. */
export function retryApproved(
  { queues }: HandlerContext,
  { gateway, runId, by: asker }: ProvisionRequest | TeardownRequest,
  { by, approval, job }: Decided,
): Promise<void> {
  const payload: z.input<typeof retryPayload> = { gateway, runId, approval, to: { ...asker, job } };
  return queues.enqueue('retry-look', payload, job, { user: by.user, channel: by.user });
}
