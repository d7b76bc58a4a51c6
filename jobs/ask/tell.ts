// Answers in Slack, and the warning that a quota is nearly spent.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { AskNotifier } from './answer/notifier.ts';
import { openAnswerMessage } from './answer/answer-message.ts';
import type { AnswerParts } from './answer/answer-outlet.ts';
import { quotaWarningMessage } from '../quota/request-view.ts';

export const tellAnswers = (speaker: Speaker, parts: AnswerParts): AskNotifier => ({
  openAnswer: (to, asked) => openAnswerMessage(parts, to, asked),
  // Never into a thread for all to see.
  warnQuota: (to, warning) => speaker.postEphemeral(to, quotaWarningMessage(warning)),
});
