// Plan notifier for Slack: messages and modals.
import type { Speaker } from '../../src/slack/send/speaker.ts';
import type { PlanNotifier } from './notifier.ts';
import { planModal } from './modal-view.ts';
import { planMessage } from './plan-view.ts';

export const tellPlans = (speaker: Speaker): PlanNotifier => ({
  showPlan: async (to, plan, showing) => {
    const usual = await speaker.usualPlace(plan.gateway);
    const modal = planModal(plan, showing, to.job, usual);
    return speaker.answer(to, planMessage(plan, showing, to.job), modal);
  },
});
