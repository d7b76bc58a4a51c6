// The button of a teardown's question: it opens the window in which the gateway's name is typed.
import { openTeardownWindow } from './modal.ts';
import type { Buttons } from '../../src/slack/dispatch/click.ts';

export const teardownButtons: Buttons = {
  'teardown.open': {
    isAudited: false,
    press: async (press, desk) => {
      const { isOpening, ...reply } = await openTeardownWindow(desk, press);
      return isOpening ? { ...reply, how: 'silent', opens: true } : { ...reply, how: 'add' };
    },
  },
};
