// The button under a plan: the approval of exactly that plan.
import { approvePlan } from './start-plan.ts';
import { answered, type Buttons } from '../../src/slack/dispatch/click.ts';

export const planButtons: Buttons = {
  'plan.approve': {
    isAudited: true,
    press: async (press, desk) => answered(await press.once(() => approvePlan(desk, press))),
  },
};
