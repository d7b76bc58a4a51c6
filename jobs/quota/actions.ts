// Action handler of Request more: opens the quota request modal.
import { openQuotaRequest } from './modal.ts';
import { type ActionHandlers, modalReply } from '../../src/slack/dispatch/action.ts';

export const quotaActions: ActionHandlers = {
  'quota.request': {
    isAudited: false,
    handle: async (request, ctx) => modalReply(openQuotaRequest(ctx, request)),
  },
};
