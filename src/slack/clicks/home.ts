// The buttons that only a Home has.
import { openQuotaWindow } from '../home/home-quota.ts';
import { jobId } from '../job-id.ts';
import { refreshHome } from '../home/open-home.ts';
import { accepted, say } from '../views/message.ts';
import type { Buttons } from './click.ts';
import { mrkdwn } from '../mrkdwn.ts';

export const homeButtons: Buttons = {
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
