// Decline modal: its opening and its submission.
import type { ApprovalHandlerContext } from './handler-context.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import { decideApproval } from './decide-approval.ts';
import { ackFault, withinDeadline } from '../../src/slack/dispatch/deadline.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import type {
  Submission,
  SubmissionReply,
  SubmissionSubject,
} from '../../src/slack/dispatch/submission.ts';
import type { ModalRequest } from '../../src/slack/dispatch/action.ts';
import { faultText } from '../../src/slack/messages/fault.ts';
import { fromOtherVersion, refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { declineModalIds, declineModal, declineNotice, declinedQuestion } from './decline-view.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

/** The question stays open until the submission. */
export async function openDeclineModal(
  ctx: ApprovalHandlerContext,
  { by, value: id, triggerId, delivery }: ModalRequest,
): Promise<Reply & { readonly opensModal: boolean }> {
  const job = jobId('click', delivery);
  const verdict = await ctx.permissions.may('operator', by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, job), opensModal: false };
  if (triggerId === undefined) {
    return {
      message: refusal(
        mrkdwn`Slack can't open a modal here. *Next:* use the button on the question.`,
        job,
        mrkdwn`No modal.`,
      ),
      opensModal: false,
    };
  }
  const modal = declineModal({ id, channel: by.channel });
  return {
    message: say(mrkdwn`Add a message to the requester in the modal.`, { mark: accepted(job) }),
    opensModal: true,
    after: async () => void (await ctx.messenger.openModal(triggerId, modal)),
  };
}

/** Never rejects. */
export async function submitDecline(
  given: Submission,
  ctx: ApprovalHandlerContext,
): Promise<SubmissionReply> {
  try {
    return await withinDeadline(async (deadline) => {
      const asked = declinedQuestion.read(given.metadata);
      if (asked === undefined) {
        return { how: 'notice', modal: declineNotice(fromOtherVersion('modal')) };
      }
      const { id, channel } = asked;
      const word = (given.values[declineModalIds.word] ?? '').trim();
      const by = { user: given.user, channel };
      const { message, after } = await decideApproval(ctx, {
        by,
        value: id,
        verdict: 'denied',
        ...(word === '' ? {} : { word }),
        delivery: given.viewId,
        deadline,
      });
      if (message.mark?.kind !== 'accepted') {
        return { how: 'notice', modal: declineNotice(message.text) };
      }
      return { how: 'close', ...(after === undefined ? {} : { after }) };
    });
  } catch (error) {
    const fault = ackFault(error);
    ctx.log.warn(
      { job: jobId('decline', given.viewId), code: fault.code, err: error },
      'decline submission failed',
    );
    return { how: 'notice', modal: declineNotice(faultText(fault)) };
  }
}

export function auditDecline(metadata: string): SubmissionSubject {
  const { id = '', channel } = declinedQuestion.read(metadata) ?? {};
  return { on: id, channel };
}
