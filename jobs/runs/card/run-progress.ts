// What stands once a run was stopped: what is finished, what was left in the middle, what the cloud goes on with. Pure.
import { commandCode } from '../../../src/slack/messages/commands.ts';
import type { RunState, StepState } from '../../../src/engine/journal.ts';
import { inSentence } from '../../../src/slack/messages/slack-text.ts';
import type { RunbookOutline, StepOutline } from './run-card.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  joined,
  nothing,
} from '../../../src/slack/messages/mrkdwn.ts';

/** Says of a cancelled run what an operator has to know before going away from it. */
export function progressText(outline: RunbookOutline, state: RunState): Mrkdwn {
  const isTeardown = outline.name === 'teardown';
  const stopped = outline.steps.filter((step) => isBegun(step, state.steps[step.id]));
  const going = stopped.filter((step) => isAskedFor(state.steps[step.id]) && runsOnOf(step) !== '');
  const perhaps = stopped.filter((step) => !going.includes(step) && runsOnOf(step) !== '');
  const halves = stopped.filter((step) => runsOnOf(step) === '');
  const said = [
    finishedText(outline, state),
    sentence(
      going.map(runsOnOf),
      (what) => mrkdwn`*Google Cloud goes on* ${what}: that cannot be stopped`,
    ),
    sentence(perhaps.map(runsOnOf), (what) => mrkdwn`*Google Cloud may have begun* ${what}`),
    sentence(halves.map(titleOf), (what) => mrkdwn`Left in the middle: ${what}`),
    going.length + perhaps.length > 0 && !isTeardown
      ? mrkdwn`What it makes may cost money until ${commandCode('teardown', state.request.target)}.`
      : nothing,
  ];
  return joined(
    said.filter((text) => text !== ''),
    ' ',
  );
}

function finishedText(outline: RunbookOutline, state: RunState): Mrkdwn {
  const { length } = outline.steps.filter(({ id }) => state.steps[id]?.status === 'finished');
  return length === 0
    ? mrkdwn`No step was finished; a retry goes on from here.`
    : mrkdwn`${length} of ${outline.steps.length} steps are finished and stay as they are; a retry goes on from here.`;
}

/** Stopped after it had begun to change something. */
function isBegun({ kind }: StepOutline, step: StepState | undefined): boolean {
  const writes = kind === 'make' || kind === 'remove';
  return writes && step?.status === 'cancelled' && step.applied === true;
}

/** A step waits only for what it has been promised; while it still asks, nobody knows. */
function isAskedFor(step: StepState | undefined): boolean {
  const phase = step?.phase === 'retry' ? step.retryOf : step?.phase;
  return phase === 'wait' || phase === 'verify';
}

const runsOnOf = ({ continuesAfterCancel = '' }: StepOutline): string => continuesAfterCancel;

const titleOf = ({ title }: StepOutline): string => inSentence(title);

function sentence(items: readonly string[], words: (list: Mrkdwn) => Mrkdwn): Mrkdwn {
  return items.length === 0 ? nothing : mrkdwn`${words(escapeText(items.join(', ')))}.`;
}
