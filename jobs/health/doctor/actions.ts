// Repair action: provisions again with the gateway's last options.
import { lastOptions, runInput } from '../../../src/gateway/options.ts';
import type { HandlerContext, Reply } from '../../../src/slack/dispatch/command.ts';
import { runbookName } from '../../provision/command.ts';
import { gatewayNamed } from '../../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../../src/slack/dispatch/job-id.ts';
import { enqueuePlan } from '../../provision/start-plan.ts';
import { needsApprover, startRun } from '../../runs/start-run.ts';
import { repairRun } from './view.ts';
import { refusal, outdated } from '../../../src/slack/dispatch/refusals.ts';
import {
  answered,
  type ActionHandlers,
  type ActionRequest,
} from '../../../src/slack/dispatch/action.ts';

export const doctorActions: ActionHandlers = {
  'doctor.repair': {
    isAudited: true,
    handle: async (request, ctx) => answered(await request.once(() => repair(ctx, request))),
  },
};

/** @throws invalid/unknown_gateway for a gateway that is no longer configured. */
async function repair(
  ctx: HandlerContext,
  { by, value, delivery, deadline }: ActionRequest,
): Promise<Reply> {
  const desired = repairRun.read(value);
  if (desired === undefined) {
    return { message: outdated('button', jobId('click', delivery)) };
  }
  const { gateway, runId } = desired;
  const verdict = await ctx.permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  const configured = gatewayNamed(ctx, gateway);
  const options = await lastOptions(ctx.store, gateway);
  if (await needsApprover(ctx, gateway, { runbook: runbookName })) {
    const asker = { by, threadTs: undefined, deadline };
    return enqueuePlan(ctx, asker, { gateway, options, asks: true, job: runId });
  }
  const input = runInput(configured, options);
  return startRun(ctx, deadline, { runId, runbook: runbookName, target: gateway, input, by });
}
