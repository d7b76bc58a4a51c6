// The Slack notifier of asks: answers and quota warnings.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { AskNotifier } from './answer/notifier.ts';
import { openAnswerMessage } from './answer/answer-message.ts';
import type { AnswerParts } from './answer/answer-outlet.ts';
import { quotaWarningMessage } from '../quota/request-view.ts';

export const tellAnswers = (speaker: Speaker, parts: AnswerParts): AskNotifier => ({
  openAnswer: (to, asked) => openAnswerMessage(parts, to, asked),
  // Ephemeral: a thread is visible to everyone.
  warnQuota: (to, warning) => speaker.postEphemeral(to, quotaWarningMessage(warning)),
});
