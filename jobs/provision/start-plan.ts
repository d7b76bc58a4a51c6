// Plans from Slack's side: asking for one, and approving the one that was shown.
import { commandCode } from '../../src/slack/messages/commands.ts';
import { type HandlerContext, type Reply, answersTo } from '../../src/slack/dispatch/command.ts';
import type { planPayload } from './payload.ts';
import type { z } from 'zod';
import type { ProvisionOptions } from '../../src/gateway/options.ts';
import type { Who } from '../../src/engine/journal.ts';
import type { Deadline } from '../../src/slack/dispatch/deadline.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { fromOtherVersion, refusal } from '../../src/slack/dispatch/refusals.ts';
import { authorityOf } from '../../src/slack/people/permissions.ts';
import { accepted, outcome, say } from '../../src/slack/messages/message.ts';
import { approvedPlan } from './plan-view.ts';
import { mrkdwn, code, mention } from '../../src/slack/messages/mrkdwn.ts';

interface Asker {
  readonly by: Who;
  readonly threadTs: string | undefined;
  readonly inWindow?: true;
  readonly deadline: Deadline;
}

interface PlanRequest {
  readonly gateway: string;
  readonly options: ProvisionOptions;
  /** Whether it is the question that provisioning begins with; `job` is then the id of the run. */
  readonly asks: boolean;
  /** The asker's own wish is clear: only the other operator is asked, where one must be. */
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
  const what = asks ? 'The plan, and the question whether to begin, come' : 'The plan comes';
  const text = mrkdwn`Looking at what provisioning the gateway ${code(gateway)} would do. ${what} in some seconds; nothing is changed.`;
  return { message: say(text, { mark: accepted(job) }), fills: job };
}

/** The button's value names the plan. */
interface PlanAction {
  readonly value: string;
  readonly delivery: string;
}

/** The press counts for one plan of one run; a job looks whether the world still says the same. */
export async function approvePlan(
  ctx: HandlerContext,
  { by, threadTs, deadline, delivery, value }: Asker & PlanAction,
): Promise<Reply> {
  const approval = approvedPlan.read(value);
  if (approval === undefined) {
    const mark = outcome('refused', jobId('click', delivery));
    return { message: say(fromOtherVersion('button'), { mark }) };
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
  const begins = mrkdwn`the run ${code(runId)} begins on ${code(gateway)} and its card appears in the channel; ${commandCode(`cancel ${runId}`)} stops it`;
  const asked = mrkdwn`another operator is asked to approve it as well`;
  // Whether a lease needs an approver, the job finds.
  const orAsked =
    ctx.requiresApproval.length === 0 ? begins : mrkdwn`${begins}, or ${asked} if it must be`;
  const then = ctx.requiresApproval.includes('provision') ? asked : orAsked;
  const text = mrkdwn`${mention(by.user)} approved the plan ${code(hash)}. I look once more: if nothing has changed meanwhile, ${then}.`;
  return { message: say(text, { mark: accepted(runId) }) };
}
