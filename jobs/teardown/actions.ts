// Action handler of a teardown: opens the confirmation modal.
import { openTeardownModal } from './modal.ts';
import { type ActionHandlers, modalReply } from '../../src/slack/dispatch/action.ts';

export const teardownActions: ActionHandlers = {
  'teardown.open': {
    isAudited: false,
    handle: async (request, ctx) => modalReply(await openTeardownModal(ctx, request)),
  },
};
