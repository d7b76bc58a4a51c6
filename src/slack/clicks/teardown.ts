// The button of a teardown's question: it opens the window in which the gateway's name is typed.
import { openTeardownWindow } from '../runs/teardown-window.ts';
import type { Buttons } from './click.ts';

export const teardownButtons: Buttons = {
  'teardown.open': {
    isAudited: false,
    press: async (press, desk) => {
      const { isOpening, ...reply } = await openTeardownWindow(desk, press);
      return isOpening ? { ...reply, how: 'silent', opens: true } : { ...reply, how: 'add' };
    },
  },
};
