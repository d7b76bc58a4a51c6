// `provision`: brings the gateway up, after a confirmation that says what will be made.
import { fail } from '../../errors.ts';
import { jobId } from '../job-id.ts';
import { holderOf, startRun } from '../start-run.ts';
import { lockedMessage, provisionQuestion } from '../views/provision.ts';
import type { Command } from './command.ts';

export const runbookName = 'provision';

export const provision: Command = {
  name: 'provision',
  usage: 'provision [--yes]',
  help: 'bring the gateway up, or mend what drifted; shows what it will make and asks first',
  permission: 'operator',
  isPublic: true,
  hasEffect: true,
  options: { yes: { kind: 'flag', help: 'starts at once, without the question' } },
  argument: { kind: 'none' },
  run: async ({ by, delivery, typed, deadline }, desk) => {
    const { gateway, store, outlines } = desk;
    const runId = jobId(`${runbookName}-${gateway.name}`, delivery);
    if (typed.options['yes'] === true) {
      const request = { runId, runbook: runbookName, target: gateway.name, input: {}, by };
      return startRun(desk, deadline, request);
    }
    const holder = await holderOf(store, gateway.name);
    if (holder !== undefined) return { message: lockedMessage(holder, runId) };
    const outline = outlines.find(({ name }) => name === runbookName);
    if (outline === undefined) throw fail('bug', 'no_runbook', 'There is no provisioning runbook.');
    return { message: provisionQuestion(gateway, outline, runId) };
  },
};
