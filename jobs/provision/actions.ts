// The button under a plan: the approval of exactly that plan.
import type { RunDesk } from '../runs/desk.ts';
import { approvePlan } from './start-plan.ts';
import { answered, type Buttons } from '../../src/slack/dispatch/click.ts';

export const planButtons: Buttons<RunDesk> = {
  'plan.approve': {
    isAudited: true,
    press: async (press, desk) => answered(await press.once(() => approvePlan(desk, press))),
  },
};
