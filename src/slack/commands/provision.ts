// `provision`: brings the gateway up, after a confirmation that says what will be made.
import { fail } from '../../errors.ts';
import { effectiveGateway, runInput } from '../../../jobs/provision-options.ts';
import { chosenGateway, gatewayOption } from '../gateway-choice.ts';
import { jobId } from '../job-id.ts';
import { keepPendingRun } from '../pending-run.ts';
import { holderOf, startRun } from '../start-run.ts';
import { lockedMessage, provisionQuestion } from '../views/provision.ts';
import type { Command } from './command.ts';
import { runOptions, runOptionsFor, runOptionsUsage } from './run-options.ts';

export const runbookName = 'provision';

export const provision: Command = {
  name: 'provision',
  usage: `provision [GATEWAY] ${runOptionsUsage} [--yes]`,
  help: 'bring the gateway up, or mend what drifted; shows what it will make and asks first',
  permission: 'operator',
  isPublic: true,
  hasEffect: true,
  options: {
    ...runOptions,
    gateway: gatewayOption,
    yes: { kind: 'flag', help: 'starts at once, without the question' },
  },
  argument: { kind: 'words', max: 1 },
  run: async ({ by, delivery, typed, deadline }, desk) => {
    const { store, outlines } = desk;
    const gateway = chosenGateway(desk, typed, 'named');
    const options = await runOptionsFor(store, gateway.name, typed);
    const input = runInput(gateway, options);
    const runId = jobId(`${runbookName}-${gateway.name}`, delivery);
    if (typed.options['yes'] === true) {
      const request = { runId, runbook: runbookName, target: gateway.name, input, by };
      return startRun(desk, deadline, request);
    }
    const holder = await holderOf(store, gateway.name);
    if (holder !== undefined) return { message: lockedMessage(holder, runId) };
    const outline = outlines.find(({ name }) => name === runbookName);
    if (outline === undefined) throw fail('bug', 'no_runbook', 'There is no provisioning runbook.');
    deadline.begin();
    await keepPendingRun(store, runId, { target: gateway.name, input });
    return { message: provisionQuestion(effectiveGateway(gateway, options), outline, runId) };
  },
};
