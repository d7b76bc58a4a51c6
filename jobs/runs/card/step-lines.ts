// Lines of a run card for one step: running, failed, stopped, remaining.
import type { Fault } from '../../../src/kernel/errors.ts';
import type { FaultCode } from '../../../src/kernel/fault-codes.ts';
import type { RunState, StepState } from '../../../src/engine/journal.ts';
import { shorten } from '../../../src/kernel/text.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  duration,
  nothing,
} from '../../../src/slack/messages/mrkdwn.ts';
import type { StepOutline } from './outline.ts';

export const runningLine = (step: StepOutline, state: StepState): Mrkdwn =>
  mrkdwn`:large_blue_circle: Running: *${escapeText(step.title)}* · ${activity(state)}, usually ${duration(step.expectMs)}${seen(state)}`;

export function failedLine({ title }: StepOutline, { startedAt, endedAt }: StepState): Mrkdwn {
  const took =
    startedAt === undefined || endedAt === undefined
      ? ''
      : mrkdwn` · after ${duration(endedAt - startedAt)}`;
  return mrkdwn`:x: Failed: *${escapeText(title)}*${took}`;
}

export const stoppedLine = ({ title }: StepOutline, state: StepState): Mrkdwn =>
  mrkdwn`:octagonal_sign: Stopped: *${escapeText(title)}*${seen(state)}`;

/** Steps that are named before they start. */
const nextShown = 3;

/** A queued run has all steps left, so their names would only fill the card. */
export function remainingLines(steps: readonly StepOutline[], { status }: RunState): Mrkdwn[] {
  if (steps.length === 0 || status === 'requested') return [];
  const others = steps.length - nextShown;
  const more = others > 0 ? mrkdwn`, and ${others} more` : nothing;
  return [
    mrkdwn`:white_circle: Remaining: ${steps.length} (${titles(steps.slice(0, nextShown))}${more})`,
  ];
}

const activities: Readonly<Record<string, Mrkdwn>> = {
  check: mrkdwn`checking`,
  apply: mrkdwn`applying`,
  wait: mrkdwn`waiting`,
  verify: mrkdwn`verifying`,
};

function activity(state: StepState): Mrkdwn {
  const since = state.startedAt === undefined ? '' : mrkdwn` since ${moment(state.startedAt)}`;
  if (state.phase === 'retry' && state.fault?.untilDeadline === true) {
    return mrkdwn`waiting for ${obstacle(state.fault)} ${retryingSince(state)}`;
  }
  if (state.phase === 'retry')
    return mrkdwn`retrying (attempt ${(state.attempt ?? 0) + 1})${since}`;
  return mrkdwn`${activities[state.phase ?? 'check'] ?? 'running'}${since}`;
}

/** The condition that ends a fault that lasts for minutes. */
function obstacle({ code: of, details = {} }: Fault): Mrkdwn {
  const { away, waitsFor } = details;
  if (away === 'cluster_api') return mrkdwn`the cluster API`;
  if (typeof waitsFor === 'string') return mrkdwn`${code(waitsFor)} to finish`;
  return obstacles[of] ?? mrkdwn`another operation to finish`;
}

const obstacles: Readonly<Partial<Record<FaultCode, Mrkdwn>>> = {
  account_not_known_yet: mrkdwn`the service account to propagate`,
  api_not_in_effect: mrkdwn`the API to take effect`,
  kind_not_served: mrkdwn`the cluster to serve the kind`,
  rate_limited: mrkdwn`the service to accept more requests`,
  terminating: mrkdwn`a deletion to finish`,
  unavailable: mrkdwn`the service to recover`,
};

function retryingSince({ retryingSince: at, attempt = 0 }: StepState): Mrkdwn {
  const tried = attempt === 1 ? mrkdwn`tried once` : mrkdwn`tried ${attempt} times`;
  return at === undefined ? tried : mrkdwn`since ${moment(at)}, ${tried}`;
}

/** GKE and Apigee put the reason last, so a short excerpt would cut it off. */
const waitingChars = 320;

function seen(state: StepState): Mrkdwn {
  const { fault } = state;
  const last = state.phase === 'retry' ? fault?.message : state.seen;
  const most = state.phase === 'retry' && fault?.untilDeadline === true ? waitingChars : 160;
  return last === undefined ? nothing : mrkdwn`\nLast seen: ${escapeText(shorten(last, most))}`;
}

export const titles = (steps: readonly StepOutline[]): Mrkdwn =>
  escapeText(steps.map(({ title }) => title).join(', '));
