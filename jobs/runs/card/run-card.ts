// Run card: progress, result and buttons of one run, from its state alone.
import { faultAbout } from '../../../src/kernel/errors.ts';
import type { RunState, StepState } from '../../../src/engine/journal.ts';
import { stepsFor } from '../../../src/engine/step.ts';
import { shorten } from '../../../src/kernel/text.ts';
import { formatEstimate } from '../../../src/kernel/duration.ts';
import { faultText } from '../../../src/slack/messages/fault.ts';
import {
  type Block,
  type MessageButton,
  type Message,
  actions,
  context,
  header,
  section,
} from '../../../src/slack/messages/message.ts';
import type { RunbookOutline, StepOutline } from './outline.ts';
import { readyText, resultBlocks } from './run-result.ts';
import { progressText } from './run-progress.ts';
import { failedLine, remainingLines, runningLine, stoppedLine, titles } from './step-lines.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  mention,
  joined,
  duration,
  nothing,
} from '../../../src/slack/messages/mrkdwn.ts';

const pending: StepState = { status: 'pending' };
/** Well below Slack's 3,000 for a section. */
const sectionChars = 2_600;

export function runCard(whole: RunbookOutline, state: RunState): Message {
  const { request } = state;
  const outline = { ...whole, steps: stepsFor(whole, request.input) };
  const title = shorten(`${outline.title}: ${request.target}`, 140);
  const blocks: Block[] = [
    header(title),
    section(joined([...summaryLines(outline, state), progressLine(outline, state)], '\n')),
    ...stepSections(outline, state),
    ...endBlocks(outline, state),
    context(contextLine(state)),
  ];
  const buttons = buttonsOf(state);
  if (buttons.length > 0) blocks.push(actions(buttons));
  const status = statusOf(state);
  return {
    text: mrkdwn`${escapeText(title)}. ${summary(outline, state)}`,
    blocks,
    mark:
      status === undefined
        ? { kind: 'accepted', job: request.runId }
        : { kind: 'outcome', status, job: request.runId },
  };
}

function statusOf(state: RunState): 'ok' | 'failed' | undefined {
  if (state.status === 'succeeded') return 'ok';
  return state.status === 'failed' || state.status === 'cancelled' ? 'failed' : undefined;
}

/** Running steps have lines of their own below. */
function summaryLines(outline: RunbookOutline, state: RunState): Mrkdwn[] {
  const hasLines = state.status === 'running' && stepsIn('running', outline, state).length > 0;
  return hasLines ? [] : [summary(outline, state)];
}

function summary(outline: RunbookOutline, state: RunState): Mrkdwn {
  const took = duration((state.endedAt ?? state.lastEventAt) - state.startedAt);
  const running = stepsIn('running', outline, state);
  switch (state.status) {
    case 'requested':
      return mrkdwn`:hourglass: *Queued.* The run starts when a worker is free.`;
    case 'running': {
      const steps = running.length === 0 ? mrkdwn`next steps are starting` : titles(running);
      const count = mrkdwn`${stepsIn('finished', outline, state).length} of ${outline.steps.length} steps done`;
      return mrkdwn`:hourglass_flowing_sand: *Running:* ${steps}. ${count}.`;
    }
    case 'cancelling':
      return mrkdwn`:octagonal_sign: *Cancelling* at the next safe point. Requested by ${mention(state.cancelledBy?.user ?? '')}.`;
    case 'succeeded':
      return mrkdwn`:white_check_mark: ${readyText(outline, state)} Took ${took}.`;
    case 'failed':
      return mrkdwn`:x: *Failed* after ${took}: ${titles(stepsIn('failed', outline, state))}. Finished steps stay. *Next:* fix the cause, then retry.`;
    case 'cancelled':
      return mrkdwn`:octagonal_sign: *Cancelled* by ${mention(state.cancelledBy?.user ?? '')} after ${took}. ${progressText(outline, state)}`;
  }
}

function progressLine(outline: RunbookOutline, state: RunState): Mrkdwn {
  const total = outline.steps.length;
  const finished = stepsIn('finished', outline, state);
  const filled = total === 0 ? 0 : Math.round((finished.length / total) * 20);
  // A full bar adds nothing.
  const bar =
    state.status === 'succeeded'
      ? nothing
      : mrkdwn`${code('█'.repeat(filled) + '░'.repeat(20 - filled))} `;
  const left = state.endedAt === undefined ? expectedLeft(outline, state) : 0;
  const changed = finished.filter(({ id }) => of(state, id).changed === true).length;
  const parts = [
    mrkdwn`${bar}Done: ${finished.length} of ${total}`,
    ...(state.endedAt === undefined || finished.length === 0
      ? []
      : [mrkdwn`${changed} changed, ${finished.length - changed} unchanged`]),
    ...(left === 0 ? [] : [escapeText(`about ${formatEstimate(left)} left`)]),
  ];
  return joined(parts, ' · ');
}

/** Typical time of the longest chain of unfinished steps, ms. */
function expectedLeft(outline: RunbookOutline, state: RunState): number {
  const ends = new Map<string, number>();
  for (const step of outline.steps) {
    const before = Math.max(0, ...step.needs.map((need) => ends.get(need) ?? 0));
    const own = of(state, step.id).status === 'finished' ? 0 : step.expectMs;
    ends.set(step.id, before + own);
  }
  return Math.max(0, ...ends.values());
}

/** Finished steps are only counted, in the progress line. */
function stepSections(outline: RunbookOutline, state: RunState): Block[] {
  const lines = [
    ...stepsIn('running', outline, state).map((step) => runningLine(step, of(state, step.id))),
    ...stepsIn('failed', outline, state).map((step) => failedLine(step, of(state, step.id))),
    ...stepsIn('cancelled', outline, state).map((step) => stoppedLine(step, of(state, step.id))),
    ...remainingLines(stepsIn('pending', outline, state), state),
  ];
  const sections: Mrkdwn[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last === undefined || last.length + line.length > sectionChars) sections.push(line);
    else sections[sections.length - 1] = mrkdwn`${last}\n${line}`;
  }
  return sections.map(section);
}

function endBlocks(outline: RunbookOutline, state: RunState): Block[] {
  if (state.status === 'succeeded') return resultBlocks(state);
  if (state.status !== 'failed') return [];
  const failed = stepsIn('failed', outline, state);
  return failed.flatMap((step): Block[] => {
    const { fault } = of(state, step.id);
    if (fault === undefined) return [];
    const text = faultText(faultAbout(fault, state.request.target));
    return [section(failed.length === 1 ? text : mrkdwn`*${escapeText(step.title)}*\n${text}`)];
  });
}

function contextLine(state: RunState): Mrkdwn {
  const { request, resumed } = state;
  const approvedBy = state.approval?.by.user ?? request.approvedBy;
  const parts = [
    mrkdwn`run ${code(request.runId)}`,
    mrkdwn`by ${mention(request.by.user)}${approvedBy === undefined ? '' : mrkdwn`, approved by ${mention(approvedBy)}`}`,
    mrkdwn`started ${moment(state.startedAt)}`,
    ...(state.epoch > 1 ? [mrkdwn`attempt ${state.epoch}`] : []),
    ...(resumed === undefined ? [] : [mrkdwn`resumed after ${duration(resumed.afterMs)}`]),
  ];
  return joined(parts, ' · ');
}

function buttonsOf(state: RunState): MessageButton[] {
  const { runId: value, target } = state.request;
  if (state.status === 'failed' || state.status === 'cancelled') {
    return [{ label: 'Retry', action: 'run.retry', value, style: 'primary' }];
  }
  if (state.status === 'requested' || state.status === 'running') {
    return [
      {
        label: 'Cancel run',
        action: 'run.cancel',
        value,
        style: 'danger',
        confirm: {
          title: 'Cancel this run?',
          text: `The run on ${target} stops at the next safe point. Finished steps stay, and a retry continues from there.`,
          yes: 'Cancel run',
        },
      },
    ];
  }
  return [];
}

function stepsIn(
  status: StepState['status'],
  { steps }: RunbookOutline,
  state: RunState,
): StepOutline[] {
  return steps.filter(({ id }) => of(state, id).status === status);
}

function of(state: RunState, step: string): StepState {
  return state.steps[step] ?? pending;
}
