// The buttons of a run: under its card, and of the question before it.
import { cancelRun, retryRun } from './start-run.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import { type Buttons, shown } from '../../src/slack/dispatch/click.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export const runButtons: Buttons = {
  'run.dismiss': {
    isAudited: false,
    press: async ({ value: runId }) => {
      const text = mrkdwn`Nothing was started.`;
      return { message: say(text, { mark: outcome('refused', runId) }), how: 'replace' };
    },
  },
  'run.cancel': {
    isAudited: true,
    press: async (press, desk) =>
      shown(await press.once(() => cancelRun(desk, press, press.value)), 'add'),
  },
  'run.retry': {
    isAudited: true,
    press: async (press, desk) =>
      shown(await press.once(() => retryRun(desk, press, press.value)), 'add'),
  },
};
