// Teardowns in Slack: the question whether to begin.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { TeardownNotifier } from './notifier.ts';
import { teardownQuestion, teardownWindow } from './view.ts';

export const tellTeardowns = (speaker: Speaker): TeardownNotifier => ({
  showTeardown: async (to, teardown) => {
    const usual = await speaker.usualPlace(teardown.gateway);
    const modal = teardownWindow(teardown, to.job, usual);
    const question = teardownQuestion(teardown, to.job);
    // A stale one is the second word on the same run.
    const answer = teardown.isStale === true ? speaker.answer : speaker.answerOnce;
    return answer(to, question, modal);
  },
});
