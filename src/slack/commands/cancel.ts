// `cancel [run]`: stops a run at its next safe point.
import { jobId } from '../job-id.ts';
import { cancelRun } from '../start-run.ts';
import { outcome, say } from '../views/message.ts';
import type { Command } from './command.ts';

export const cancel: Command = {
  name: 'cancel',
  usage: 'cancel [RUN]',
  help: 'stop a run at the next safe point (its starter and operators)',
  permission: 'anyone',
  isPublic: false,
  hasEffect: true,
  options: {},
  argument: { kind: 'words', max: 1 },
  run: async (call, desk) => {
    const runId = call.typed.words[0] ?? (await desk.store.lockHolder(desk.gateway.name));
    if (runId !== undefined) return cancelRun(desk, call, runId);
    const mark = outcome('refused', jobId('cancel', call.delivery));
    return { message: say('No run is at work, so there is nothing to cancel.', { mark }) };
  },
};
