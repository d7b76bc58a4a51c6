// State of a cancelled run: finished, interrupted and still running on the cloud.
import { commandCode } from '../../../src/slack/messages/commands.ts';
import type { RunState, StepState } from '../../../src/engine/journal.ts';
import type { RunbookOutline, StepOutline } from './outline.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  joined,
  nothing,
} from '../../../src/slack/messages/mrkdwn.ts';

/** The facts an operator needs before leaving a cancelled run. */
export function progressText(outline: RunbookOutline, state: RunState): Mrkdwn {
  const isTeardown = outline.name === 'teardown';
  const stopped = outline.steps.filter((step) => isApplied(step, state.steps[step.id]));
  const running = stopped.filter(
    (step) => isAccepted(state.steps[step.id]) && operationOf(step) !== '',
  );
  const perhaps = stopped.filter((step) => !running.includes(step) && operationOf(step) !== '');
  const interrupted = stopped.filter((step) => operationOf(step) === '');
  const said = [
    finishedText(outline, state),
    sentence(
      running.map(operationOf),
      (list) => mrkdwn`*Still running on Google Cloud:* ${list}. This can't be stopped`,
    ),
    sentence(
      perhaps.map(operationOf),
      (list) => mrkdwn`*May still be running on Google Cloud:* ${list}`,
    ),
    sentence(interrupted.map(titleOf), (list) => mrkdwn`*Interrupted:* ${list}`),
    running.length + perhaps.length > 0 && !isTeardown
      ? mrkdwn`New resources may cost money until you run ${commandCode('teardown', state.request.target)}.`
      : nothing,
    mrkdwn`*Next:* retry to continue from here.`,
  ];
  return joined(
    said.filter((text) => text !== ''),
    ' ',
  );
}

function finishedText(outline: RunbookOutline, state: RunState): Mrkdwn {
  const { length } = outline.steps.filter(({ id }) => state.steps[id]?.status === 'finished');
  return length === 0
    ? mrkdwn`No step finished.`
    : mrkdwn`${length} of ${outline.steps.length} steps finished and stay in place.`;
}

/** Stopped after its first write. */
function isApplied({ kind }: StepOutline, step: StepState | undefined): boolean {
  const writes = kind === 'make' || kind === 'remove';
  return writes && step?.status === 'cancelled' && step.applied === true;
}

/** A step waits only for an operation that the cloud has accepted; before that, the outcome is unknown. */
function isAccepted(step: StepState | undefined): boolean {
  const phase = step?.phase === 'retry' ? step.retryOf : step?.phase;
  return phase === 'wait' || phase === 'verify';
}

const operationOf = ({ continuesAfterCancel = '' }: StepOutline): string => continuesAfterCancel;

const titleOf = ({ title }: StepOutline): string => title;

function sentence(items: readonly string[], words: (list: Mrkdwn) => Mrkdwn): Mrkdwn {
  return items.length === 0 ? nothing : mrkdwn`${words(escapeText(items.join(', ')))}.`;
}
