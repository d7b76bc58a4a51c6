// Plans in Slack: for reading, or as the question whether to begin.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { PlanNotifier } from './notifier.ts';
import { planWindow } from './modal-view.ts';
import { planMessage } from './plan-view.ts';

export const tellPlans = (speaker: Speaker): PlanNotifier => ({
  showPlan: async (to, plan, showing) => {
    const usual = await speaker.usualPlace(plan.gateway);
    const modal = planWindow(plan, showing, to.job, usual);
    return speaker.answer(to, planMessage(plan, showing, to.job), modal);
  },
});
