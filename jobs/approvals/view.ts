// Approval messages: the question, its decision and the news for the requester.
import { plural } from '../../src/kernel/text.ts';
import type { ApprovalRequest, Decision } from './questions.ts';
import { quoted } from '../../src/gateway/credential.ts';
import { commandFor } from '../../src/kernel/named-commands.ts';
import {
  type Block,
  type MessageButton,
  type Message,
  type OutcomeStatus,
  actions,
  context,
  outcome,
  section,
} from '../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  moment,
  mention,
  joined,
  nothing,
  quotedLines,
} from '../../src/slack/messages/mrkdwn.ts';

export function approvalQuestion(request: ApprovalRequest, until: number): Message {
  const { id, kind } = request;
  const isRun = kind === 'provision' || kind === 'teardown';
  const decider = isRun ? 'Another operator must approve.' : 'An operator must approve.';
  return {
    text: mrkdwn`${requestText(request)} ${decider}`,
    blocks: [
      section(mrkdwn`:raised_hand: *Approve this?* ${requestText(request)} ${decider}`),
      ...quotaBlocks(request),
      ...summary(request),
      actions([approve(id), decline(request)]),
      context(
        mrkdwn`Expires ${moment(until)}. The approval counts once, for this exact request. · ${subject(request)}`,
      ),
      ...reasonBlocks(request),
    ],
    mark: outcome('asked', id),
  };
}

/** Ids of the request, for context lines. */
const subject = (request: ApprovalRequest): Mrkdwn =>
  'runId' in request
    ? mrkdwn`run ${code(request.runId)} · ${escapeText(request.hash)}`
    : escapeText(request.hash);

const approve = (id: string): MessageButton => ({
  label: 'Approve',
  action: 'approval.approve',
  value: id,
  style: 'primary',
});

/** A quota request opens a modal, for a message to the requester. */
const decline = ({ id, kind }: ApprovalRequest): MessageButton => ({
  label: 'Decline',
  action: kind === 'quota' ? 'approval.decline' : 'approval.deny',
  value: id,
  style: 'danger',
});

/** The question on a reader's Home; an own request for a run can only be withdrawn. */
export function approvalBlocks(request: ApprovalRequest, until: number, reader: string): Block[] {
  const { id, kind, by } = request;
  const isOwnRequest = (kind === 'provision' || kind === 'teardown') && by.user === reader;
  return [
    section(mrkdwn`:raised_hand: ${requestText(request)}`),
    ...quotaBlocks(request),
    actions(
      isOwnRequest ? [{ ...decline(request), label: 'Withdraw' }] : [approve(id), decline(request)],
    ),
    context(mrkdwn`Expires ${moment(until)}. · ${subject(request)}`),
    ...reasonBlocks(request),
  ];
}

const decided: Readonly<Record<Decision['verdict'], { mark: Mrkdwn; status: OutcomeStatus }>> = {
  approved: { mark: mrkdwn`:white_check_mark: *Approved*`, status: 'ok' },
  denied: { mark: mrkdwn`:no_entry: *Declined*`, status: 'refused' },
  withdrawn: { mark: mrkdwn`:leftwards_arrow_with_hook: *Withdrawn*`, status: 'refused' },
  expired: { mark: mrkdwn`:hourglass: *Expired*`, status: 'refused' },
};

const notDecided = mrkdwn`No operator decided in time, so nothing changed.`;
const consequences: Readonly<Partial<Record<Decision['verdict'], Mrkdwn>>> = {
  withdrawn: mrkdwn` A newer request replaced it.`,
  expired: mrkdwn` ${notDecided}`,
};

/** Replaces the question in every place. */
export function decidedMessage(
  request: ApprovalRequest,
  { by, verdict, at, word }: Decision,
): Message {
  const { mark, status } = decided[verdict];
  const who = verdict === 'expired' ? '' : mrkdwn` by ${mention(by)}`;
  const then = consequences[verdict] ?? nothing;
  const said = word === undefined ? [] : [section(mrkdwn`*Message:*\n${quotedLines(word)}`)];
  return {
    text: mrkdwn`${mark}${who}.${then} ${requestText(request)}`,
    blocks: [
      section(mrkdwn`${mark}${who} ${moment(at)}.${then} ${requestText(request)}`),
      ...summary(request),
      context(subject(request)),
      ...said,
      ...reasonBlocks(request),
    ],
    mark: outcome(status, request.id),
  };
}

/** News of an expired question; `reader` is the Slack id of its recipient. */
export function expiredNews(request: ApprovalRequest, reader: string): Message {
  const lead = mrkdwn`:hourglass: *Expired.* ${notDecided}`;
  return news(request, mrkdwn`${lead} ${requestText(request)}`, again(request, reader));
}

/** News for the requester of a declined run. */
export function deniedNews(request: ApprovalRequest, { by }: Decision): Message {
  const lead = mrkdwn`:no_entry: *Declined* by ${mention(by)}. Nothing started.`;
  const next = mrkdwn`*Next:* talk to ${mention(by)}, then request it again.`;
  return news(request, mrkdwn`${lead} ${requestText(request)} ${next}`, []);
}

function news(request: ApprovalRequest, text: Mrkdwn, buttons: readonly MessageButton[]): Message {
  return {
    text: text,
    blocks: [
      section(text),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
      context(subject(request)),
    ],
    mark: outcome('refused', request.id),
  };
}

/** The button that repeats the request. */
function again(request: ApprovalRequest, reader: string): MessageButton[] {
  const { kind, gateway } = request;
  const label = 'Request again';
  if (kind === 'quota') return [{ label, action: 'quota.request', value: gateway }];
  if (kind === 'key') {
    const app = quoted(request.app);
    const whose = request.owner === reader ? '' : ` @${request.owner}`;
    const value = commandFor(`key --app ${app}${whose}`, gateway);
    return [{ label, action: 'command.key', value }];
  }
  return [{ label, action: `command.${kind}`, value: `${kind} ${gateway}` }];
}

/** For the requester of a run that waits for its approver. */
export function waitingForApproval(until: number, job: string): Message {
  const text = mrkdwn`*Waiting for approval.* Nothing has started. Another operator must approve before ${moment(until)}; the decision appears here.`;
  return {
    text: text,
    blocks: [section(mrkdwn`:hourglass_flowing_sand: ${text}`)],
    mark: outcome('asked', job),
  };
}

function requestText(request: ApprovalRequest): Mrkdwn {
  const gateway = code(request.gateway);
  const who = mrkdwn`${mention(request.by.user)}`;
  switch (request.kind) {
    case 'key': {
      const { owner, app, key } = request;
      const whose = owner === request.by.user ? '' : mrkdwn` for ${mention(owner)}`;
      return mrkdwn`${who} asked for a key for gateway ${gateway}${whose}: app ${code(app)}, key ${code(key)}.`;
    }
    case 'quota': {
      const { now, desired } = request;
      return mrkdwn`${who} asked for more quota on gateway ${gateway}: ${code(desired)} instead of ${code(now)}.`;
    }
    case 'provision':
      return request.isRetry === true
        ? mrkdwn`${who} asked to retry the provisioning of gateway ${gateway}.`
        : mrkdwn`${who} asked to provision gateway ${gateway}.`;
    case 'teardown':
      return request.isRetry === true
        ? mrkdwn`${who} asked to retry the teardown of gateway ${gateway}${appsOf(request)}.`
        : mrkdwn`${who} asked to tear down gateway ${gateway}${appsOf(request)}.`;
  }
}

const appsOf = ({ removeApps }: { readonly removeApps: boolean }): Mrkdwn =>
  removeApps ? mrkdwn`, including developer apps and keys` : nothing;

/** The change and its effect. */
function quotaBlocks(request: ApprovalRequest): Block[] {
  if (request.kind !== 'quota') return [];
  const { now, desired, times, again } = request;
  const factor = times === undefined ? '' : mrkdwn` (${inTimes(times)} as much)`;
  const lines = [
    mrkdwn`*Current:* ${inFull(now)}`,
    mrkdwn`*Requested:* ${inFull(desired)}${factor}`,
    mrkdwn`*Effect:* the limit changes for every app on the gateway. *Approve* starts a run that sets and verifies it.`,
  ];
  return [
    ...(again === undefined
      ? []
      : [section(mrkdwn`:warning: *Requested again:* ${escapeText(again)}.`)]),
    section(joined(lines, '\n')),
  ];
}

/** The requester's own words come last in a message: nothing of the bot follows them. */
function reasonBlocks(request: ApprovalRequest): Block[] {
  if (request.kind !== 'quota') return [];
  const { why, by } = request;
  if (why === undefined) return [section(mrkdwn`*Reason:* _no reason given_`)];
  return [section(mrkdwn`*Reason*, in the words of ${mention(by.user)}:\n${quotedLines(why)}`)];
}

function inFull(limit: string): Mrkdwn {
  const [count = '', unit = ''] = limit.split('/');
  return escapeText(`${plural(Number(count), 'request')} per ${unit} per app`);
}

const inTimes = (times: number): Mrkdwn =>
  escapeText(`${times.toLocaleString('en-US', { maximumFractionDigits: 1 })} times`);

function summary(request: ApprovalRequest): Block[] {
  if (request.kind === 'key' || request.summary.length === 0) return [];
  const rows = request.summary.slice(0, 30).map((line) => mrkdwn`• ${escapeText(line)}`);
  const more = request.summary.length - rows.length;
  return [section(joined([...rows, ...(more > 0 ? [mrkdwn`… and ${more} more`] : [])], '\n'))];
}
