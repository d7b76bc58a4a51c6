// Decline modal: its opening and its submission.
import type { ApprovalHandlerContext } from './handler-context.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import { decideApproval } from './decide-approval.ts';
import { plainName } from '../../src/slack/messages/codec.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import {
  type SubmissionReply,
  type SubmissionSubject,
  type SubmissionRequest,
  closed,
} from '../../src/slack/dispatch/submission.ts';
import type { ModalRequest } from '../../src/slack/dispatch/action.ts';
import { refusal, outdated } from '../../src/slack/dispatch/refusals.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { declineModalIds, declineModal, declinedQuestion } from './decline-view.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

/** The question stays open until the submission. */
export async function openDeclineModal(
  ctx: ApprovalHandlerContext,
  { by, value: id, triggerId, delivery }: ModalRequest,
): Promise<Reply> {
  const job = jobId('click', delivery);
  const verdict = await ctx.permissions.may('operator', by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, job) };
  if (!plainName.safeParse(id).success) return { message: outdated('button', job) };
  if (triggerId === undefined) {
    return {
      message: refusal(
        mrkdwn`Slack can't open a modal here. *Next:* use the button on the question.`,
        job,
        mrkdwn`No modal.`,
      ),
    };
  }
  const modal = declineModal({ id, channel: by.channel });
  return {
    message: say(mrkdwn`Add a message to the requester in the modal.`, { mark: accepted(job) }),
    opens: true,
    after: async () => void (await ctx.messenger.openModal(triggerId, modal)),
  };
}

export async function submitDecline(
  { user, viewId, metadata, values, deadline, job }: SubmissionRequest,
  ctx: ApprovalHandlerContext,
): Promise<SubmissionReply> {
  const asked = declinedQuestion.read(metadata);
  if (asked === undefined) return closed({ message: outdated('modal', job) });
  const word = (values[declineModalIds.word] ?? '').trim();
  const reply = await decideApproval(ctx, {
    by: { user, channel: asked.channel },
    value: asked.id,
    verdict: 'denied',
    ...(word === '' ? {} : { word }),
    delivery: viewId,
    deadline,
  });
  return closed(reply);
}

export function auditDecline(metadata: string): SubmissionSubject {
  const { id = '', channel } = declinedQuestion.read(metadata) ?? {};
  return { on: id, channel };
}
