// The submission of a plan's window: the plan that it shows is approved, and the card goes where it says.
import type { HandlerContext } from '../../src/slack/dispatch/command.ts';
import type { Who } from '../../src/engine/journal.ts';
import { canPost } from '../../src/slack/dispatch/channel-access.ts';
import { ackFault, withinDeadline } from '../../src/slack/dispatch/deadline.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { approvePlan } from './start-plan.ts';
import type {
  Submission,
  SubmissionReply,
  SubmissionSubject,
} from '../../src/slack/dispatch/submission.ts';
import { fieldsInLine } from '../../src/slack/messages/codec.ts';
import { faultMessage } from '../../src/slack/messages/fault.ts';
import { messageModal } from '../../src/slack/messages/loading-modal.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { runPlace } from './modal-view.ts';
import { approvedPlan } from './plan-view.ts';
import { type Mrkdwn, mrkdwn, code, channelLink } from '../../src/slack/messages/mrkdwn.ts';

/** Never rejects. */
export async function submitPlan(given: Submission, ctx: HandlerContext): Promise<SubmissionReply> {
  const { user, viewId, values, metadata } = given;
  const job = jobId('plan', viewId);
  try {
    return await withinDeadline(async (deadline): Promise<SubmissionReply> => {
      // By who they are, not by the channel that they choose: that may be one of the operators' own.
      const verdict = await ctx.permissions.may(
        'operator',
        { user, channel: user },
        { isFresh: true },
      );
      if (!verdict.allowed) {
        return { how: 'notice', modal: messageModal(refusal(verdict.sentence, job)) };
      }
      const channel = await cardPlace(ctx, { user, channel: user }, values);
      if (channel === undefined) return noPlace;
      const by = { user, channel, askedIn: user };
      const asker = { by, threadTs: undefined, deadline, delivery: viewId, value: metadata };
      const { message } = await approvePlan(ctx, asker);
      if (message.mark?.kind !== 'accepted') return { how: 'notice', modal: messageModal(message) };
      const notice = approvedWords(ctx, message.mark.job, by);
      const after = () =>
        ctx.handlers.home.refresh(ctx, user, { notice, isMeanwhileShown: () => true });
      return { how: 'close', after };
    });
  } catch (error) {
    const fault = ackFault(error);
    ctx.log.warn({ job, fault }, 'a plan was not approved');
    return { how: 'notice', modal: messageModal(faultMessage(fault, job)) };
  }
}

export const auditPlan = (metadata: string): SubmissionSubject => ({
  on: fieldsInLine(metadata),
  job: approvedPlan.read(metadata)?.runId,
});

function approvedWords({ requiresApproval }: HandlerContext, runId: string, by: Who): Mrkdwn {
  if (requiresApproval.includes('provision')) {
    return mrkdwn`You approved the plan. Nothing begins before another operator has approved exactly that, too; they are asked.`;
  }
  return mrkdwn`You approved the plan, and I look once more whether it still holds. ${startedText(runId, by)}`;
}

/** Where the card is to be: in the chosen channel, else where it was asked for; undefined where nobody would see it. */
export async function cardPlace(
  ctx: HandlerContext,
  { user, channel }: Who,
  values: Submission['values'],
): Promise<string | undefined> {
  const chosen = values[runPlace.channel] ?? '';
  if (chosen === '' || values[runPlace.direct] === 'direct') return channel;
  return (await canPost(ctx, { user, channel: chosen })) ? chosen : undefined;
}

export const noPlace: SubmissionReply = {
  how: 'errors',
  errors: {
    [runPlace.channel]:
      'I cannot post there, so nobody would see it. Type /invite @llmgw in that channel, or choose another.',
  },
};

/** On Home, in place of what is said beside a run that begins in a channel. */
export const startedText = (runId: string, { user, channel }: Who): Mrkdwn =>
  mrkdwn`Its card appears ${channel === user ? 'in your direct messages with me' : mrkdwn`in ${channelLink(channel)}`} and follows every step of the run ${code(runId)}; you can cancel it here as well.`;
