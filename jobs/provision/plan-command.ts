// Command `plan`: previews a provision run without changes.
import { chosenGateway, gatewayOption } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { enqueuePlan } from './start-plan.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';
import { runOptions, runOptionsFor, runOptionsUsage } from './run-options.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'Preview what provisioning changes, takes and costs',
  example: 'plan default --nodes 2',
  usage: `plan [GATEWAY] ${runOptionsUsage}`,
  help: 'Compares the current state with the result of `provision`. Takes the same options and changes nothing.',
  permission: 'operator',
  isPublic: false,
  hasEffect: true,
  options: { ...runOptions, gateway: gatewayOption },
  argument: { kind: 'words', max: 1 },
  run: async (call, ctx) => {
    const gateway = chosenGateway(ctx, call.typed, 'default').name;
    const options = await runOptionsFor(ctx.store, gateway, call.typed);
    const job = jobId('plan', call.delivery);
    return enqueuePlan(ctx, call, { gateway, options, asks: false, job });
  },
};
