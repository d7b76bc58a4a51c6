// Plan modal submission: approves the shown plan and places the run card.
import type { HandlerContext } from '../../src/slack/dispatch/command.ts';
import type { Who } from '../../src/engine/journal.ts';
import { canPost } from '../../src/slack/dispatch/channel-access.ts';
import { approvePlan } from './start-plan.ts';
import {
  type Submission,
  type SubmissionReply,
  type SubmissionSubject,
  type SubmissionRequest,
  closed,
} from '../../src/slack/dispatch/submission.ts';
import { fieldsInLine } from '../../src/slack/messages/codec.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { runPlace } from './modal-view.ts';
import { approvedPlan } from './plan-view.ts';
import { type Mrkdwn, mrkdwn, code, channelLink } from '../../src/slack/messages/mrkdwn.ts';

export async function submitPlan(
  { user, viewId, values, metadata, deadline, job }: SubmissionRequest,
  ctx: HandlerContext,
): Promise<SubmissionReply> {
  // The chosen channel may be an operators' channel, so only the person counts here.
  const asker = { user, channel: user };
  const verdict = await ctx.permissions.may('operator', asker, { isFresh: true });
  if (!verdict.allowed) return closed({ message: refusal(verdict.sentence, job) });
  const channel = await cardPlace(ctx, asker, values);
  if (channel === undefined) return noPlace;
  const by = { user, channel, askedIn: user };
  const approving = { by, threadTs: undefined, deadline, delivery: viewId, value: metadata };
  const { message } = await approvePlan(ctx, approving);
  const notice = approvedNotice(ctx, message.mark?.job ?? job, by);
  const after = () =>
    ctx.handlers.home.refresh(ctx, user, { notice, isMeanwhileShown: () => true });
  return closed(message.mark?.kind === 'accepted' ? { message, after } : { message });
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

/** The chosen channel, else the channel of the request; undefined if the bot cannot post there. */
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
