// A question to operators, and what became of it. Pure.
import type { ApprovalRequest, QuotaRequest } from './questions.ts';
import { quoted } from '../../src/gateway/credential.ts';
import { commandFor } from '../../src/kernel/named-commands.ts';
import type { Decision } from './store.ts';
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
  spoken,
} from '../../src/slack/messages/mrkdwn.ts';

export function approvalQuestion(request: ApprovalRequest, until: number): Message {
  const { id, kind } = request;
  const other = kind === 'key' || kind === 'quota' ? '' : ' Another operator decides.';
  return {
    text: mrkdwn`${spoken(requestText(request))} An operator decides.`,
    blocks: [
      section(mrkdwn`:raised_hand: *Approve this?* ${requestText(request)}${other}`),
      ...quotaBlocks(request),
      ...summary(request),
      actions([approve(id), deny(request)]),
      context(
        mrkdwn`Until ${moment(until)}; no answer counts as no. It is for exactly this (${escapeText(request.hash)}), counts once, and who decides is shown.`,
      ),
    ],
    mark: outcome('asked', id),
  };
}

const approve = (id: string): MessageButton => ({
  label: 'Approve',
  action: 'approval.approve',
  value: id,
  style: 'primary',
});

/** A wish is declined in a window, as it may be with a word to the asker. */
const deny = ({ id, kind }: ApprovalRequest): MessageButton => ({
  ...(kind === 'quota'
    ? { label: 'Decline', action: 'approval.decline' }
    : { label: 'Deny', action: 'approval.deny' }),
  value: id,
  style: 'danger',
});

/** The same on a reader's Home; one's own wish for a run can only be withdrawn. */
export function approvalBlocks(request: ApprovalRequest, until: number, reader: string): Block[] {
  const { id, kind, by } = request;
  const isOwnRequest = (kind === 'provision' || kind === 'teardown') && by.user === reader;
  return [
    section(mrkdwn`:raised_hand: ${requestText(request)}`),
    ...quotaBlocks(request),
    actions(
      isOwnRequest ? [{ ...deny(request), label: 'Withdraw' }] : [approve(id), deny(request)],
    ),
    context(mrkdwn`Until ${moment(until)}; no answer counts as no.`),
  ];
}

const decided: Readonly<Record<Decision['verdict'], { mark: Mrkdwn; status: OutcomeStatus }>> = {
  approved: { mark: mrkdwn`:white_check_mark: *Approved*`, status: 'ok' },
  denied: { mark: mrkdwn`:no_entry: *Denied*`, status: 'refused' },
  withdrawn: { mark: mrkdwn`:leftwards_arrow_with_hook: *Withdrawn*`, status: 'refused' },
  expired: { mark: mrkdwn`:no_entry: *Expired:* nobody has decided in time`, status: 'refused' },
};

/** Takes the question's place, wherever it was asked. */
export function decidedMessage(
  request: ApprovalRequest,
  { by, verdict, at, word }: Decision,
): Message {
  const { mark, status } = decided[verdict];
  const who = verdict === 'expired' ? '' : mrkdwn` by ${mention(by)}`;
  const newer = verdict === 'withdrawn' ? ' A newer wish of theirs has taken its place.' : '';
  const why = request.kind === 'quota' ? [section(whyLine(request))] : [];
  const said = word === undefined ? [] : [section(mrkdwn`*Their word:* ${escapeText(word)}`)];
  const text = mrkdwn`${mark}${who} ${moment(at)}.${newer} ${requestText(request)}`;
  return {
    text: spoken(mrkdwn`${mark}${who}.${newer} ${requestText(request)}`),
    blocks: [
      section(text),
      ...why,
      ...said,
      ...summary(request),
      context(mrkdwn`for ${escapeText(request.hash)}`),
    ],
    mark: outcome(status, request.id),
  };
}

/** To whoever waited for an answer that never came; `reader` is their Slack id. */
export function expiredNews(request: ApprovalRequest, reader: string): Message {
  const lead = mrkdwn`Nobody has decided in time on this, which counts as no: nothing was begun. ${requestText(request)}`;
  return news(request, mrkdwn`:hourglass: ${lead}`, again(request, reader));
}

/** To whoever asked for what another operator has denied. */
export function deniedNews(request: ApprovalRequest, { by }: Decision): Message {
  const lead = mrkdwn`${mention(by)} said no to this, and nothing begins. ${requestText(request)}`;
  return news(
    request,
    mrkdwn`:no_entry: ${lead} *Next:* speak with ${mention(by)}, then ask anew.`,
    [],
  );
}

function news(request: ApprovalRequest, text: Mrkdwn, buttons: readonly MessageButton[]): Message {
  return {
    text: spoken(text),
    blocks: [
      section(text),
      ...(buttons.length === 0 ? [] : [actions(buttons)]),
      context(mrkdwn`for ${escapeText(request.hash)}`),
    ],
    mark: outcome('refused', request.id),
  };
}

/** What asks for the same once more. */
function again(request: ApprovalRequest, reader: string): MessageButton[] {
  const { kind, gateway } = request;
  const label = 'Ask again';
  if (kind === 'quota') return [{ label, action: 'quota.request', value: gateway }];
  if (kind === 'key') {
    const app = quoted(request.app);
    const whose = request.owner === reader ? '' : ` @${request.owner}`;
    const value = commandFor(`key --app ${app}${whose}`, gateway);
    return [{ label, action: 'command.key', value }];
  }
  return [{ label, action: `command.${kind}`, value: `${kind} ${gateway}` }];
}

/** To the one who asked for a run, while it waits for somebody else's word. */
export function waitingForApproval(until: number, job: string): Message {
  const text = mrkdwn`Nothing has begun: another operator must approve it, until ${moment(until)}. I have asked; you see here what is decided.`;
  return {
    text,
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
      return mrkdwn`${who} asks for a key of the gateway ${gateway}${whose}: app ${code(app)}, key ${code(key)}.`;
    }
    case 'quota': {
      const { now, desired } = request;
      return mrkdwn`${who} asks for more quota of the gateway ${gateway}: ${code(desired)} in place of ${code(now)}.`;
    }
    case 'provision':
      return mrkdwn`${who} wants to provision the gateway ${gateway}, ${runOf(request)}.`;
    case 'teardown':
      return mrkdwn`${who} wants to tear down the gateway ${gateway}, ${runOf(request)}${request.removeApps ? ", with people's apps and keys" : ''}.`;
  }
}

const runOf = ({ runId, isRetry }: { readonly runId: string; readonly isRetry?: true }): Mrkdwn =>
  isRetry === true ? mrkdwn`by a retry of the run ${code(runId)}` : mrkdwn`as run ${code(runId)}`;

/** Who, what now, what wanted, why, and what it means for everybody. */
function quotaBlocks(request: ApprovalRequest): Block[] {
  if (request.kind !== 'quota') return [];
  const { now, desired, times, again } = request;
  const factor = times === undefined ? '' : mrkdwn`, ${inTimes(times)} as much`;
  const lines = [
    mrkdwn`*Now:* ${inFull(now)}`,
    mrkdwn`*Wanted:* ${inFull(desired)}${factor}`,
    whyLine(request),
    mrkdwn`*Effect:* it is the limit of the gateway's operations, so it changes for every app of everybody. *Approve* begins the run of ${code(`quota set ${desired}`)}, which sets it and proves it.`,
  ];
  return [
    ...(again === undefined
      ? []
      : [section(mrkdwn`:warning: *Asked once more:* ${escapeText(again)}.`)]),
    section(joined(lines, '\n')),
  ];
}

const whyLine = ({ why }: QuotaRequest): Mrkdwn =>
  mrkdwn`*Why:* ${why === undefined ? '_no reason given_' : escapeText(why)}`;

function inFull(limit: string): Mrkdwn {
  const [count = '', unit = ''] = limit.split('/');
  return escapeText(`${Number(count).toLocaleString('en-US')} requests per ${unit} for each app`);
}

const inTimes = (times: number): Mrkdwn =>
  escapeText(`${times.toLocaleString('en-US', { maximumFractionDigits: 1 })} times`);

function summary(request: ApprovalRequest): Block[] {
  if (request.kind === 'key' || request.summary.length === 0) return [];
  const rows = request.summary.slice(0, 30).map((line) => mrkdwn`• ${escapeText(line)}`);
  const more = request.summary.length - rows.length;
  return [section(joined([...rows, ...(more > 0 ? [mrkdwn`… and ${more} more`] : [])], '\n'))];
}
