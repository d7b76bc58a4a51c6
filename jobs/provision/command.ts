// Command `provision`: shows a plan and starts the run after approval.
import { runInput } from '../../src/gateway/options.ts';
import { chosenGateway, gatewayOption } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { enqueuePlan } from './start-plan.ts';
import { needsApprover, startRun } from '../runs/start-run.ts';
import { activeRunOf, lockedMessage } from '../../src/slack/dispatch/active-run.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';
import { runOptions, runOptionsFor, runOptionsUsage } from './run-options.ts';

export const runbookName = 'provision';

export const provision: Command = {
  name: 'provision',
  summary: 'Create or update a gateway after you confirm the plan',
  example: 'provision default --nodes 2 --for 8h',
  usage: `provision [GATEWAY] ${runOptionsUsage} [--yes]`,
  help: 'Creates what is missing and repairs what has changed; running it again is safe.',
  permission: 'operator',
  isPermissionFresh: true,
  isPublic: true,
  hasEffect: true,
  options: {
    ...runOptions,
    gateway: gatewayOption,
    yes: { kind: 'flag', help: 'start at once, without showing the plan' },
  },
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const { by, delivery, typed, deadline } = call;
    const gateway = chosenGateway(ctx, typed, 'named');
    const options = await runOptionsFor(ctx.store, gateway.name, typed);
    const runId = jobId(`${runbookName}-${gateway.name}`, delivery);
    const isRequested = typed.options['yes'] === true;
    const effect = { runbook: runbookName, leaseMs: options.leaseMs };
    if (isRequested && !(await needsApprover(ctx, gateway.name, effect))) {
      const input = runInput(gateway, options);
      const request = { runId, runbook: runbookName, target: gateway.name, input, by };
      return startRun(ctx, deadline, request);
    }
    const active = await activeRunOf(ctx.store, gateway.name);
    if (active !== undefined) return { message: lockedMessage(active, runId) };
    return enqueuePlan(ctx, call, {
      gateway: gateway.name,
      options,
      asks: true,
      isRequested,
      job: runId,
    });
  },
};
