// Command `cancel`: stops a run at its next safe point.
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { commandCode } from '../../src/slack/messages/commands.ts';
import { cancelRun } from './start-run.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import type { HandlerContext, Command } from '../../src/slack/dispatch/command.ts';
import { mrkdwn, code, joined } from '../../src/slack/messages/mrkdwn.ts';

export const cancel: Command = {
  name: 'cancel',
  summary: 'Stop a run at its next safe point',
  example: 'cancel provision-default-k3f9',
  usage: 'cancel [RUN]',
  help: 'Finished steps stay; `retry` continues the run. Without RUN, cancels the active run.',
  permission: 'anyone',
  isPublic: false,
  hasEffect: true,
  options: {},
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const [runId, ...more] = call.typed.words.length > 0 ? call.typed.words : await activeRuns(ctx);
    if (runId !== undefined && more.length === 0) return cancelRun(ctx, call, runId);
    const mark = outcome('refused', jobId('cancel', call.delivery));
    const text =
      runId === undefined
        ? mrkdwn`No run is active, so there is nothing to cancel.`
        : mrkdwn`Several runs are active: ${joined(
            [runId, ...more].map((id) => code(id)),
            ', ',
          )}. *Next:* name one with ${commandCode('cancel RUN')}.`;
    return { message: say(text, { mark }) };
  },
};

async function activeRuns({ store, gateways }: HandlerContext): Promise<string[]> {
  const active = await Promise.all(Object.keys(gateways).map((name) => store.activeRun(name)));
  return active.filter((runId) => runId !== undefined);
}
