// Fault messages: title, cause and next action. Pure.
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
  /** Two to four words next to the mark. */
  readonly title: string;
  readonly status: OutcomeStatus;
  /** Shown when the fault names no next action. */
  readonly next: Guidance;
}

export function kindCopy(kind: ErrorKind): KindCopy {
  switch (kind) {
    case 'invalid':
      return {
        title: 'Invalid request',
        status: 'refused',
        next: guidance`Run ${slashCommand('help')} to see the usage.`,
      };
    case 'refused':
      return {
        title: 'Request refused',
        status: 'refused',
        next: guidance`Run ${slashCommand('status')} to see the current state.`,
      };
    case 'transient':
      return {
        title: 'Temporary error',
        status: 'failed',
        next: 'Try again in a minute.',
      };
    case 'permanent':
      return {
        title: 'Action required',
        status: 'failed',
        next: guidance`Ask an operator to fix this. ${slashCommand('status')} shows the state.`,
      };
    case 'deadline':
      return {
        title: 'Timed out',
        status: 'failed',
        next: 'Check the last status above, then try again.',
      };
    case 'bug':
      return {
        title: 'Unexpected error',
        status: 'failed',
        next: 'Report this with the ID below.',
      };
  }
}

/** Titles of faults that are more precise than those of their kinds. */
const titles: Readonly<Partial<Record<FaultCode, string>>> = {
  api_disabled: 'API disabled',
  bad_person: 'Unknown person',
  bad_quota: 'Invalid quota',
  bad_words: 'Invalid command',
  billing_off: 'Billing disabled',
  denied: 'Permission denied',
  hf_token_refused: 'Permission denied',
  key_expired: 'Key expired',
  key_not_approved: 'Key not approved',
  key_pending: 'Approval pending',
  locked: 'Gateway locked',
  missing_permissions: 'Permission denied',
  model_gated: 'Permission denied',
  needs_approval: 'Approval required',
  no_capacity: 'No capacity',
  no_gateway: 'Gateway not found',
  no_key: 'No key',
  not_a_member: 'Permission denied',
  not_operator: 'Permission denied',
  own_approval: 'Permission denied',
  profile_hidden: 'Email address hidden',
  quota_exceeded: 'Quota exceeded',
  rate_limited: 'Rate limited',
  slack_scope: 'Permission denied',
  store_denied: 'Permission denied',
  store_down: 'Redis unavailable',
  store_full: 'Redis full',
  store_not_saving: 'Redis read-only',
  store_read_only: 'Redis read-only',
  timeout: 'Timed out',
  token_refused: 'Permission denied',
  too_many_apps: 'App limit reached',
  unauthenticated: 'Permission denied',
  unavailable: 'Service unavailable',
  unknown_app: 'Unknown app',
  unknown_gateway: 'Unknown gateway',
  unknown_person: 'Unknown person',
  unknown_run: 'Unknown run',
  which_gateway: 'Gateway required',
};

export const titleOf = ({ code, kind }: Pick<Fault, 'code' | 'kind'>): string =>
  titles[code] ?? kindCopy(kind).title;

/** The fault's paragraphs, for its own message or a part of another. */
export function faultText(fault: Fault): Mrkdwn {
  const wait =
    fault.retryAfterMs === undefined ? '' : mrkdwn` Retry in ${duration(fault.retryAfterMs)}.`;
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

/** @param job the id that people can quote. */
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
