// Plan modal submission: approves the shown plan and places the run card.
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
      // The chosen channel may be an operators' channel, so only the person counts here.
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
      const notice = approvedNotice(ctx, message.mark.job, by);
      const after = () =>
        ctx.handlers.home.refresh(ctx, user, { notice, isMeanwhileShown: () => true });
      return { how: 'close', after };
    });
  } catch (error) {
    const fault = ackFault(error);
    ctx.log.warn({ job, code: fault.code, err: error }, 'plan submission failed');
    return { how: 'notice', modal: messageModal(faultMessage(fault, job)) };
  }
}

export const auditPlan = (metadata: string): SubmissionSubject => ({
  on: fieldsInLine(metadata),
  job: approvedPlan.read(metadata)?.runId,
});

function approvedNotice({ requiresApproval }: HandlerContext, runId: string, by: Who): Mrkdwn {
  if (requiresApproval.includes('provision')) {
    return mrkdwn`Plan approved. The run starts after another operator approves it too.`;
  }
  return mrkdwn`Plan approved. Checking that nothing changed since, then starting run ${code(runId)}. ${startedText(by)}`;
}

/** The chosen channel, else the channel of the request; undefined where the bot cannot post. */
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
      "The bot can't post there. Run /invite @llmgw in that channel, or choose another.",
  },
};

/** Home's notice of a run that starts. */
export const startedText = ({ user, channel }: Who): Mrkdwn =>
  mrkdwn`Its card appears in ${channel === user ? 'your direct messages' : channelLink(channel)}. You can also cancel the run here.`;
