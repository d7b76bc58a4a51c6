// Teardown notifier for Slack: question and modal.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { TeardownNotifier } from './notifier.ts';
import { teardownQuestion, teardownQuestionModal } from './view.ts';

export const tellTeardowns = (speaker: Speaker): TeardownNotifier => ({
  showTeardown: async (to, teardown) => {
    const usual = await speaker.usualPlace(teardown.gateway);
    const modal = teardownQuestionModal(teardown, to.job, usual);
    const question = teardownQuestion(teardown, to.job);
    // A stale question is the second message of the same run.
    const answer = teardown.isStale === true ? speaker.answer : speaker.answerOnce;
    return answer(to, question, modal);
  },
});
