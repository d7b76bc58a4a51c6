// The button of a teardown's question: it opens the window in which the gateway's name is typed.
import { openTeardownWindow } from './modal.ts';
import type { ActionHandlers } from '../../src/slack/dispatch/action.ts';

export const teardownActions: ActionHandlers = {
  'teardown.open': {
    isAudited: false,
    handle: async (request, ctx) => {
      const { opensModal, ...reply } = await openTeardownWindow(ctx, request);
      return opensModal ? { ...reply, how: 'silent', opens: true } : { ...reply, how: 'add' };
    },
  },
};
