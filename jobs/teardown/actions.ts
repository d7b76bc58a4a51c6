// Action handler of a teardown: opens the confirmation modal.
import { openTeardownModal } from './modal.ts';
import type { ActionHandlers } from '../../src/slack/dispatch/action.ts';

export const teardownActions: ActionHandlers = {
  'teardown.open': {
    isAudited: false,
    handle: async (request, ctx) => {
      const { opensModal, ...reply } = await openTeardownModal(ctx, request);
      return opensModal ? { ...reply, how: 'silent', opens: true } : { ...reply, how: 'add' };
    },
  },
};
