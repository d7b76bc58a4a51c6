// The button that asks for more quota, wherever a person meets a limit: it opens a window.
import { openQuotaRequest } from './modal.ts';
import type { Buttons } from '../../src/slack/dispatch/click.ts';

export const quotaButtons: Buttons = {
  'quota.request': {
    isAudited: false,
    press: async (press, desk) => ({ ...openQuotaRequest(desk, press), how: 'silent' }),
  },
};
