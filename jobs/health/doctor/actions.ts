// Repair: a provisioning run with the options that the gateway stands with; what is as wanted stays as it is.
import { lastOptions, runInput } from '../../../src/gateway/options.ts';
import type { Desk, Reply } from '../../../src/slack/dispatch/command.ts';
import { runbookName } from '../../provision/command.ts';
import { gatewayNamed } from '../../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../../src/slack/dispatch/job-id.ts';
import { enqueuePlan } from '../../provision/start-plan.ts';
import { needsApprover, startRun } from '../../runs/start-run.ts';
import { repairRun } from './view.ts';
import { fromOtherVersion, refusal } from '../../../src/slack/dispatch/refusals.ts';
import { outcome, say } from '../../../src/slack/messages/message.ts';
import { answered, type Buttons, type Press } from '../../../src/slack/dispatch/click.ts';

export const doctorButtons: Buttons = {
  'doctor.repair': {
    isAudited: true,
    press: async (press, desk) => answered(await press.once(() => repair(desk, press))),
  },
};

/** @throws invalid/unknown_gateway for a gateway that is no longer configured. */
async function repair(desk: Desk, { by, value, delivery, deadline }: Press): Promise<Reply> {
  const wanted = repairRun.read(value);
  if (wanted === undefined) {
    const mark = outcome('refused', jobId('click', delivery));
    return { message: say(fromOtherVersion('button'), { mark }) };
  }
  const { gateway, runId } = wanted;
  const verdict = await desk.permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  const configured = gatewayNamed(desk, gateway);
  const options = await lastOptions(desk.store, gateway);
  if (await needsApprover(desk, gateway, { runbook: runbookName })) {
    const asker = { by, threadTs: undefined, deadline };
    return enqueuePlan(desk, asker, { gateway, options, asks: true, job: runId });
  }
  const input = runInput(configured, options);
  return startRun(desk, deadline, { runId, runbook: runbookName, target: gateway, input, by });
}
