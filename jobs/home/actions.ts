// The buttons that only a Home has.
import type { HomeDesk } from './desk.ts';
import { openQuotaWindow } from './modal.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { refreshHome } from './open-home.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import type { Buttons } from '../../src/slack/dispatch/click.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export const homeButtons: Buttons<HomeDesk> = {
  'home.refresh': {
    isAudited: false,
    press: async ({ by, delivery }, desk) => ({
      message: say(mrkdwn`Looking again.`, { mark: accepted(jobId('home', delivery)) }),
      how: 'silent',
      // The page itself shows it.
      opens: true,
      after: () => refreshHome(desk, by.user, { isMeanwhileShown: () => true }),
    }),
  },
  'home.quota': {
    isAudited: false,
    press: async (press, desk) => ({ ...(await openQuotaWindow(desk, press)), how: 'silent' }),
  },
};
