// The button under a plan: the approval of exactly that plan.
import { approvePlan } from './start-plan.ts';
import { answered, type ActionHandlers } from '../../src/slack/dispatch/action.ts';

export const planButtons: ActionHandlers = {
  'plan.approve': {
    isAudited: true,
    press: async (press, ctx) => answered(await press.once(() => approvePlan(ctx, press))),
  },
};
