// The button of a teardown's question: it opens the window in which the gateway's name is typed.
import { openTeardownWindow } from './modal.ts';
import type { ActionHandlers } from '../../src/slack/dispatch/action.ts';

export const teardownButtons: ActionHandlers = {
  'teardown.open': {
    isAudited: false,
    press: async (press, ctx) => {
      const { isOpening, ...reply } = await openTeardownWindow(ctx, press);
      return isOpening ? { ...reply, how: 'silent', opens: true } : { ...reply, how: 'add' };
    },
  },
};
