// The button that asks for more quota, wherever a person meets a limit: it opens a window.
import { openQuotaRequest } from './modal.ts';
import type { ActionHandlers } from '../../src/slack/dispatch/action.ts';

export const quotaActions: ActionHandlers = {
  'quota.request': {
    isAudited: false,
    handle: async (request, ctx) => ({ ...openQuotaRequest(ctx, request), how: 'silent' }),
  },
};
