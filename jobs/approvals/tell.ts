// Approval notifier for Slack.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import { type AskingParts, askApproval } from './ask-approval.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { ApprovalNotifier } from './notifier.ts';
import { closeQuestion } from './close-question.ts';
import { tellQuestion } from './tell-question.ts';
import { waitingForApproval } from './view.ts';

/** To the requester of a run that waits for another operator. */
export const tellWaiting = (speaker: Speaker, waiting: Addressee, until: number): Promise<void> =>
  speaker.answer(waiting, waitingForApproval(until, waiting.job));

export const tellApprovals = (speaker: Speaker, parts: AskingParts): ApprovalNotifier => ({
  askApproval: async (request, waiting) => {
    const { until, decision } = await askApproval(parts, request);
    if (decision === undefined && waiting !== undefined) {
      await tellWaiting(speaker, waiting, until);
    }
    return { decision, until };
  },
  question: (id) => parts.approvals.read(id),
  closeQuestion: (id, how) => closeQuestion(parts, id, how),
  tellQuestion: (question) => tellQuestion(parts, question),
});
