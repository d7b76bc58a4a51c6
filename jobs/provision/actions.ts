// Action handler of a plan: approval of that exact plan.
import { approvePlan } from './start-plan.ts';
import { answered, type ActionHandlers } from '../../src/slack/dispatch/action.ts';

export const planActions: ActionHandlers = {
  'plan.approve': {
    isAudited: true,
    handle: async (request, ctx) => answered(await request.once(() => approvePlan(ctx, request))),
  },
};
