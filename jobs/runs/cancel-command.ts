// `cancel [run]`: stops a run at its next safe point.
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { cancelRun } from './start-run.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import type { HandlerContext, Command } from '../../src/slack/dispatch/command.ts';
import { mrkdwn, code, joined } from '../../src/slack/messages/mrkdwn.ts';

export const cancel: Command = {
  name: 'cancel',
  summary: 'Stop a run at its next safe point',
  example: 'cancel provision-default-k3f9',
  usage: 'cancel [RUN]',
  help: 'stop a run at the next safe point (its starter and operators)',
  permission: 'anyone',
  isPublic: false,
  hasEffect: true,
  options: {},
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const [runId, ...more] = call.typed.words.length > 0 ? call.typed.words : await runsAtWork(ctx);
    if (runId !== undefined && more.length === 0) return cancelRun(ctx, call, runId);
    const mark = outcome('refused', jobId('cancel', call.delivery));
    const text =
      runId === undefined
        ? mrkdwn`No run is at work, so there is nothing to cancel.`
        : mrkdwn`Several runs are at work: ${joined(
            [runId, ...more].map((id) => code(id)),
            ', ',
          )}. Name the one to cancel.`;
    return { message: say(text, { mark }) };
  },
};

async function runsAtWork({ store, gateways }: HandlerContext): Promise<string[]> {
  const holders = await Promise.all(Object.keys(gateways).map((name) => store.activeRun(name)));
  return holders.filter((runId) => runId !== undefined);
}
