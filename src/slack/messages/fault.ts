// A fault in words: what happened, who acts, and the one next action. Pure; one row a kind.
import type { FaultCode } from '../../kernel/fault-codes.ts';
import { type Guidance, guidance, guidanceText, slashCommand } from '../../kernel/guidance.ts';
import type { ErrorKind, Fault } from '../../kernel/errors.ts';
import {
  type Block,
  type MessageButton,
  type Message,
  type OutcomeStatus,
  actions,
  context,
  outcome,
  section,
} from './message.ts';
import { type Mrkdwn, mrkdwn, escapeText, joined, duration, withKnownLinks } from './mrkdwn.ts';

interface KindCopy {
  /** Words beside the mark, as colour and emoji alone say nothing to some. */
  readonly title: string;
  readonly status: OutcomeStatus;
  /** Said when the fault names no next action itself. */
  readonly next: Guidance;
}

export function kindCopy(kind: ErrorKind): KindCopy {
  switch (kind) {
    case 'invalid':
      return {
        title: 'That does not read right',
        status: 'refused',
        next: guidance`Type ${slashCommand('help')} to see the form.`,
      };
    case 'refused':
      return {
        title: 'Not now',
        status: 'refused',
        next: guidance`Type ${slashCommand('status')} to see how things stand.`,
      };
    case 'transient':
      return {
        title: 'It did not answer in time',
        status: 'failed',
        next: 'Try again in a minute; nothing was lost.',
      };
    case 'permanent':
      return {
        title: 'It was turned down',
        status: 'failed',
        next: guidance`An operator must mend this first; ${slashCommand('status')} names the state.`,
      };
    case 'deadline':
      return {
        title: 'It took longer than it may',
        status: 'failed',
        next: 'Look at the last thing seen, then try again.',
      };
    case 'bug':
      return {
        title: 'I met something I do not know',
        status: 'failed',
        next: 'Please report this, with the id below.',
      };
  }
}

/** Titles of faults that their kind's title would tell wrongly. */
const titles: Readonly<Partial<Record<FaultCode, string>>> = {
  store_full: 'The store is full',
  store_not_saving: 'The store takes no changes',
  store_read_only: 'The store takes no changes',
};

export const titleOf = ({ code, kind }: Pick<Fault, 'code' | 'kind'>): string =>
  titles[code] ?? kindCopy(kind).title;

/** The fault's paragraphs, for a message of its own or a part of another. */
export function faultText(fault: Fault): Mrkdwn {
  const wait =
    fault.retryAfterMs === undefined
      ? ''
      : mrkdwn` It may be tried again in ${duration(fault.retryAfterMs)}.`;
  return joined(
    [
      mrkdwn`:warning: *${escapeText(titleOf(fault))}:* ${sentence(fault.message)}${wait}`,
      mrkdwn`*Next:* ${withKnownLinks(nextOf(fault))}`,
    ],
    '\n',
  );
}

function nextOf({ next, kind, gateway }: Fault): string {
  return guidanceText(next ?? kindCopy(kind).next, gateway);
}

/** @param job the id that people may quote. */
export function faultMessage(
  fault: Fault,
  job: string,
  buttons: readonly MessageButton[] = [],
): Message {
  const words = kindCopy(fault.kind);
  const blocks: Block[] = [section(faultText(fault))];
  if (buttons.length > 0) blocks.push(actions(buttons));
  blocks.push(context(mrkdwn`${escapeText(`${fault.code} · ${job}`)}`));
  return {
    text: mrkdwn`${escapeText(titleOf(fault))}: ${sentence(fault.message)} Next: ${escapeText(nextOf(fault))}`,
    blocks,
    mark: outcome(words.status, job),
  };
}

/** A foreign sentence, escaped, ending in a full stop. */
export function sentence(text: string): Mrkdwn {
  const trimmed = text.trim();
  return escapeText(/[.!?:]$/.test(trimmed) ? trimmed : `${trimmed}.`);
}
