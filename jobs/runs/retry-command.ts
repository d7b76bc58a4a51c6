// Command `retry`: continues a failed or cancelled run.
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { retryRun } from './start-run.ts';
import { outcome, say } from '../../src/slack/messages/message.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

export const retry: Command = {
  name: 'retry',
  summary: 'Resume a failed or cancelled run',
  example: 'retry provision-default-k3f9',
  usage: 'retry [RUN]',
  help: 'Continues with the steps that are left; finished steps stay. Without RUN, takes the newest run.',
  permission: 'anyone',
  isPublic: false,
  hasEffect: true,
  options: {},
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const [last] = await ctx.store.recent({ limit: 1 });
    const runId = call.typed.words[0] ?? last;
    if (runId !== undefined) return retryRun(ctx, call, runId);
    const mark = outcome('refused', jobId('retry', call.delivery));
    return { message: say(mrkdwn`There are no runs yet, so there is nothing to retry.`, { mark }) };
  },
};
