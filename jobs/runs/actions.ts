// Action handlers of runs: Dismiss, Cancel and Retry.
import { cancelRun, retryRun } from './start-run.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import { type ActionHandlers, shown } from '../../src/slack/dispatch/action.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export const runActions: ActionHandlers = {
  'run.dismiss': {
    isAudited: false,
    handle: async ({ value: runId }) => {
      const text = mrkdwn`Cancelled. Nothing changed.`;
      return { message: say(text, { mark: outcome('refused', runId) }), how: 'replace' };
    },
  },
  'run.cancel': {
    isAudited: true,
    handle: async (request, ctx) =>
      shown(await request.once(() => cancelRun(ctx, request, request.value)), 'add'),
  },
  'run.retry': {
    isAudited: true,
    handle: async (request, ctx) =>
      shown(await request.once(() => retryRun(ctx, request, request.value)), 'add'),
  },
};
