// The one live message of a run, from its state alone. Pure.
import { type Fault, faultAbout } from '../../../src/kernel/errors.ts';
import type { RunState, StepState } from '../../../src/engine/journal.ts';
import { type RunbookVariant, type StepKind, stepsFor } from '../../../src/engine/step.ts';
import { inSentence } from '../../../src/slack/messages/slack-text.ts';
import { shorten } from '../../../src/kernel/text.ts';
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
import { readyText, resultBlocks } from './run-result.ts';
import { progressText } from './run-progress.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  mention,
  joined,
  spoken,
  duration,
  nothing,
} from '../../../src/slack/messages/mrkdwn.ts';

/** What the card shows of a runbook. */
export interface RunbookOutline {
  readonly name: string;
  readonly title: string;
  readonly steps: readonly StepOutline[];
  readonly variants?: readonly RunbookVariant<StepOutline>[];
}

export interface StepOutline {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly kind: StepKind;
  /** Typical duration, ms. */
  readonly expectMs: number;
  /** What the cloud goes on with when the run is stopped. */
  readonly continuesAfterCancel?: string;
}

const pending: StepState = { status: 'pending' };
/** Well below Slack's 3,000 for a section. */
const sectionChars = 2_600;

export function runCard(whole: RunbookOutline, state: RunState): Message {
  const { request } = state;
  const outline = { ...whole, steps: stepsFor(whole, request.input) };
  const title = shorten(`${outline.title}: ${request.target}`, 140);
  const blocks: Block[] = [
    header(title),
    section(mrkdwn`${summary(outline, state)}\n${progress(outline, state)}`),
    ...stepSections(outline, state),
    ...endBlocks(outline, state),
    context(contextLine(state)),
  ];
  const buttons = buttonsOf(state);
  if (buttons.length > 0) blocks.push(actions(buttons));
  const status = statusOf(state);
  return {
    text: mrkdwn`${escapeText(title)}. ${spoken(summary(outline, state))}`,
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

/** The sentence that says how the run stands. */
function summary(outline: RunbookOutline, state: RunState): Mrkdwn {
  const took = duration((state.endedAt ?? state.lastEventAt) - state.startedAt);
  const running = outline.steps.filter((step) => of(state, step.id).status === 'running');
  switch (state.status) {
    case 'requested':
      return mrkdwn`:hourglass: *Queued:* the first steps start as soon as a worker is free.`;
    case 'running':
      return mrkdwn`:hourglass_flowing_sand: *At work:* ${running.length === 0 ? 'choosing the next step' : list(running.map((step) => inSentence(step.title)))}.`;
    case 'cancelling':
      return mrkdwn`:octagonal_sign: *Stopping* at the next safe point, as ${mention(state.cancelledBy?.user ?? '')} asked.`;
    case 'succeeded':
      return mrkdwn`:white_check_mark: ${readyText(outline, state)} It took ${took}.`;
    case 'failed':
      return mrkdwn`:x: *Failed* after ${took}: ${list(failedSteps(outline, state).map((step) => inSentence(step.title)))}. What stands stays; a retry goes on from here.`;
    case 'cancelled':
      return mrkdwn`:octagonal_sign: *Cancelled* by ${mention(state.cancelledBy?.user ?? '')} after ${took}. ${progressText(outline, state)}`;
  }
}

function progress(outline: RunbookOutline, state: RunState): Mrkdwn {
  const total = outline.steps.length;
  const done = outline.steps.filter((step) => of(state, step.id).status === 'finished').length;
  const filled = total === 0 ? 0 : Math.round((done / total) * 20);
  const bar = '█'.repeat(filled) + '░'.repeat(20 - filled);
  const left = state.endedAt === undefined ? expectedLeft(outline, state) : 0;
  const rest = left === 0 ? '' : mrkdwn` · usually about ${duration(left)} more`;
  return mrkdwn`${code(bar)} ${done} of ${total} steps${rest}`;
}

/** Typical time of the longest chain of steps that are not finished, ms. */
function expectedLeft(outline: RunbookOutline, state: RunState): number {
  const ends = new Map<string, number>();
  for (const step of outline.steps) {
    const before = Math.max(0, ...step.needs.map((need) => ends.get(need) ?? 0));
    const own = of(state, step.id).status === 'finished' ? 0 : step.expectMs;
    ends.set(step.id, before + own);
  }
  return Math.max(0, ...ends.values());
}

function stepSections(outline: RunbookOutline, state: RunState): Block[] {
  const sections: Mrkdwn[] = [];
  for (const step of outline.steps) {
    const line = stepLine(step, of(state, step.id));
    const last = sections.at(-1);
    if (last === undefined || last.length + line.length > sectionChars) sections.push(line);
    else sections[sections.length - 1] = mrkdwn`${last}\n${line}`;
  }
  return sections.map(section);
}

/** Of a teardown: what is as wanted is not there. */
const isRemoval = ({ kind }: StepOutline): boolean => kind === 'remove';

function stepLine(step: StepOutline, state: StepState): Mrkdwn {
  const title = escapeText(step.title);
  const took =
    state.startedAt === undefined || state.endedAt === undefined
      ? ''
      : mrkdwn` in ${duration(state.endedAt - state.startedAt)}`;
  switch (state.status) {
    case 'pending':
      return mrkdwn`:white_circle: ${title} · waiting`;
    case 'running':
      return mrkdwn`:large_blue_circle: *${title}* · ${activity(state)}, usually ${duration(step.expectMs)}${seen(state)}`;
    case 'finished':
      return state.changed === true
        ? mrkdwn`:white_check_mark: ${title} · done${took}`
        : mrkdwn`:white_check_mark: ${title} · ${isRemoval(step) ? 'nothing there' : 'as wanted already'}`;
    case 'failed':
      return mrkdwn`:x: *${title}* · failed${took}`;
    case 'cancelled':
      return mrkdwn`:octagonal_sign: ${title} · stopped${seen(state)}`;
  }
}

const activities: Readonly<Record<string, Mrkdwn>> = {
  check: mrkdwn`looking`,
  apply: mrkdwn`making changes`,
  wait: mrkdwn`waiting`,
  verify: mrkdwn`proving`,
};

function activity(state: StepState): Mrkdwn {
  const since = state.startedAt === undefined ? '' : mrkdwn` since ${moment(state.startedAt)}`;
  if (state.phase === 'retry' && state.fault?.untilDeadline === true) {
    return mrkdwn`waiting for ${obstacle(state.fault)} ${retryingSince(state)}`;
  }
  if (state.phase === 'retry')
    return mrkdwn`trying again (attempt ${(state.attempt ?? 0) + 1})${since}`;
  return mrkdwn`${activities[state.phase ?? 'check'] ?? 'at work'}${since}`;
}

/** Of a fault that lasts for minutes: what has to end or come back first. */
function obstacle({ code: of, details = {} }: Fault): Mrkdwn {
  const { away, waitsFor } = details;
  if (away === 'cluster_api') return mrkdwn`the cluster's API`;
  if (typeof waitsFor === 'string') return mrkdwn`${code(waitsFor)} to end`;
  if (of === 'unavailable') return mrkdwn`the service to come back`;
  if (of === 'rate_limited') return mrkdwn`the service to accept more requests`;
  return mrkdwn`another operation to end`;
}

function retryingSince({ retryingSince: at, attempt = 0 }: StepState): Mrkdwn {
  const tried = attempt === 1 ? mrkdwn`tried once` : mrkdwn`tried ${attempt} times`;
  return at === undefined ? tried : mrkdwn`since ${moment(at)}, ${tried}`;
}

/** GKE's and Apigee's reasons come last in what they say. */
const waitingChars = 320;

function seen(state: StepState): Mrkdwn {
  const { fault } = state;
  const last = state.phase === 'retry' ? fault?.message : state.seen;
  const most = state.phase === 'retry' && fault?.untilDeadline === true ? waitingChars : 160;
  return last === undefined ? nothing : mrkdwn` · last seen: ${escapeText(shorten(last, most))}`;
}

function endBlocks(outline: RunbookOutline, state: RunState): Block[] {
  if (state.status === 'succeeded') return resultBlocks(state);
  if (state.status !== 'failed') return [];
  return failedSteps(outline, state).flatMap((step): Block[] => {
    const { fault } = of(state, step.id);
    return fault === undefined
      ? []
      : [
          section(
            mrkdwn`*${escapeText(step.title)}*\n${faultText(faultAbout(fault, state.request.target))}`,
          ),
        ];
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
  const value = state.request.runId;
  if (state.status === 'failed' || state.status === 'cancelled') {
    return [{ label: 'Retry', action: 'run.retry', value, style: 'primary' }];
  }
  if (state.status === 'requested' || state.status === 'running') {
    return [
      {
        label: 'Cancel',
        action: 'run.cancel',
        value,
        style: 'danger',
        confirm: {
          title: 'Stop this run?',
          text: 'It stops at the next safe point. What is finished stays, and a retry goes on from there.',
          yes: 'Stop it',
        },
      },
    ];
  }
  return [];
}

function failedSteps(outline: RunbookOutline, state: RunState): StepOutline[] {
  return outline.steps.filter((step) => of(state, step.id).status === 'failed');
}

function of(state: RunState, step: string): StepState {
  return state.steps[step] ?? pending;
}

function list(items: readonly string[]): Mrkdwn {
  return escapeText(items.join(', '));
}
