// Actions of Home: Refresh and Set quota.
import type { HomeHandlerContext } from './handler-context.ts';
import { openQuotaModal } from './modal.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { refreshHome } from './open-home.ts';
import { accepted, say } from '../../src/slack/messages/message.ts';
import { type ActionHandlers, modalReply } from '../../src/slack/dispatch/action.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export const homeActions: ActionHandlers<HomeHandlerContext> = {
  'home.refresh': {
    isAudited: false,
    handle: async ({ by, delivery }, ctx) => ({
      message: say(mrkdwn`Refreshing.`, { mark: accepted(jobId('home', delivery)) }),
      how: 'silent',
      // The page itself shows the result.
      opens: true,
      after: () => refreshHome(ctx, by.user, { isMeanwhileShown: () => true }),
    }),
  },
  'home.quota': {
    isAudited: false,
    handle: async (request, ctx) => modalReply(await openQuotaModal(ctx, request)),
  },
};
