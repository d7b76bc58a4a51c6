// Plan requests and plan approvals from Slack.
import { type HandlerContext, type Reply, answersTo } from '../../src/slack/dispatch/command.ts';
import type { planPayload } from './payload.ts';
import type { z } from 'zod';
import type { ProvisionOptions } from '../../src/gateway/options.ts';
import type { Who } from '../../src/engine/journal.ts';
import type { Deadline } from '../../src/slack/dispatch/deadline.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { refusal, outdated } from '../../src/slack/dispatch/refusals.ts';
import { authorityOf } from '../../src/slack/people/permissions.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { approvedPlan } from './plan-view.ts';
import { mrkdwn, code, mention } from '../../src/slack/messages/mrkdwn.ts';

interface Asker {
  readonly by: Who;
  readonly threadTs: string | undefined;
  readonly inModal?: true;
  readonly deadline: Deadline;
}

interface PlanRequest {
  readonly gateway: string;
  readonly options: ProvisionOptions;
  /** Shows the plan as a question; `job` is then the id of the run. */
  readonly asks: boolean;
  /** Requested without a question: if an approver is needed, the operators are asked at once. */
  readonly isRequested?: boolean;
  readonly job: string;
}

export async function enqueuePlan(
  { queues }: Pick<HandlerContext, 'queues'>,
  asker: Asker,
  { gateway, options, asks, isRequested, job }: PlanRequest,
): Promise<Reply> {
  const to = answersTo(asker, job);
  const payload: z.input<typeof planPayload> = { gateway, options, asks, isRequested, to };
  asker.deadline.begin();
  await queues.enqueue('plan', payload, job, asker.by);
  const then = asks ? ' Nothing starts before you approve the plan.' : '';
  const text = mrkdwn`Planning ${code(gateway)}. This takes a few seconds and changes nothing.${then}`;
  return { message: say(text, { mark: accepted(job) }), fills: job };
}

/** An action whose button value names the plan. */
interface PlanAction {
  readonly value: string;
  readonly delivery: string;
}

/** Approves one plan of one run; a job checks that the plan is still current. */
export async function approvePlan(
  ctx: HandlerContext,
  { by, threadTs, deadline, delivery, value }: Asker & PlanAction,
): Promise<Reply> {
  const approval = approvedPlan.read(value);
  if (approval === undefined) {
    return { message: outdated('button', jobId('click', delivery)) };
  }
  const { runId, hash, gateway } = approval;
  const verdict = await ctx.permissions.may('operator', authorityOf(by), { isFresh: true });
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  const payload: z.input<typeof planPayload> = {
    gateway,
    asks: true,
    approved: hash,
    to: { ...by, threadTs, job: runId },
  };
  deadline.begin();
  await ctx.queues.enqueue('plan', payload, jobId(runId, delivery), by);
  const starting = mrkdwn`starting run ${code(runId)}`;
  const requesting = mrkdwn`requesting another operator's approval`;
  // The job finds out whether a lease needs an approver.
  const eitherOr =
    ctx.requiresApproval.length === 0 ? starting : mrkdwn`${starting} or ${requesting}`;
  const then = ctx.requiresApproval.includes('provision') ? requesting : eitherOr;
  const text = mrkdwn`Plan approved by ${mention(by.user)}. Checking that nothing changed since, then ${then}.`;
  return { message: say(text, { mark: accepted(runId) }) };
}
