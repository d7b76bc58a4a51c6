// Action handlers of runs: Dismiss, Cancel and Retry.
import { cancelRun, retryRun } from './start-run.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import { type ActionHandlers, shown } from '../../src/slack/dispatch/action.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export const runActions: ActionHandlers = {
  'run.dismiss': {
    isAudited: false,
    handle: async ({ by, value: runId }, ctx) => {
      // The question may be in a thread that everybody sees.
      const verdict = await ctx.permissions.may('operator', by);
      if (!verdict.allowed) return { message: refusal(verdict.sentence, runId), how: 'add' };
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
