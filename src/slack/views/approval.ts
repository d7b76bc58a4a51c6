// A question to operators, and what became of it. Pure.
import type { ApprovalRequest } from '../../../jobs/audience.ts';
import type { Decision } from '../../approval-store.ts';
import { code, escapeText, moment } from '../slack-text.ts';
import {
  type Block,
  type Button,
  type Message,
  actions,
  context,
  outcome,
  section,
} from './message.ts';

export function approvalQuestion(request: ApprovalRequest, until: number): Message {
  const { id } = request;
  const text = `${wish(request)} Another operator decides.`;
  return {
    text: `${asWords(wish(request))} An operator decides.`,
    blocks: [
      section(`:raised_hand: *Approve this?* ${request.kind === 'key' ? wish(request) : text}`),
      ...summary(request),
      actions([approve(id), deny(id)]),
      context(
        `Until ${moment(until)}; no answer counts as no. It is for exactly this (${request.hash}), counts once, and who decides is shown.`,
      ),
    ],
    mark: outcome('asked', id),
  };
}

const approve = (id: string): Button => ({
  label: 'Approve',
  action: 'approval.approve',
  value: id,
  style: 'primary',
});

const deny = (id: string): Button => ({
  label: 'Deny',
  action: 'approval.deny',
  value: id,
  style: 'danger',
});

/** The same on a reader's Home; one's own wish can only be withdrawn. */
export function approvalBlocks(request: ApprovalRequest, until: number, reader: string): Block[] {
  const { id, kind, by } = request;
  const isOwnWish = kind !== 'key' && by.user === reader;
  return [
    section(`:raised_hand: ${wish(request)}`),
    actions(isOwnWish ? [{ ...deny(id), label: 'Withdraw' }] : [approve(id), deny(id)]),
    context(`Until ${moment(until)}; no answer counts as no.`),
  ];
}

/** Takes the question's place, wherever it was asked. */
export function decidedMessage(request: ApprovalRequest, { by, verdict, at }: Decision): Message {
  const isApproved = verdict === 'approved';
  const mark = isApproved ? ':white_check_mark: *Approved*' : ':no_entry: *Denied*';
  const text = `by <@${by}> ${moment(at)}. ${wish(request)}`;
  return {
    text: `${isApproved ? 'Approved' : 'Denied'} by <@${by}>. ${asWords(wish(request))}`,
    blocks: [section(`${mark} ${text}`), ...summary(request), context(`for ${request.hash}`)],
    mark: outcome(isApproved ? 'ok' : 'refused', request.id),
  };
}

/** To the one who asked for a run, while it waits for somebody else's word. */
export function waitingForApproval(until: number, job: string): Message {
  const text = `Nothing has begun: another operator must approve it, until ${moment(until)}. I have asked; you see here what is decided.`;
  return {
    text,
    blocks: [section(`:hourglass_flowing_sand: ${text}`)],
    mark: outcome('asked', job),
  };
}

function wish(request: ApprovalRequest): string {
  const gateway = code(request.gateway);
  const who = `<@${request.by.user}>`;
  switch (request.kind) {
    case 'key': {
      const { owner, app, key } = request;
      const whose = owner === request.by.user ? '' : ` for <@${owner}>`;
      return `${who} asks for a key of the gateway ${gateway}${whose}: app ${code(app)}, key ${code(key)}.`;
    }
    case 'provision':
      return `${who} wants to provision the gateway ${gateway}, as run ${code(request.runId)}.`;
    case 'teardown':
      return `${who} wants to tear down the gateway ${gateway}, as run ${code(request.runId)}${request.removeApps ? ", with people's apps and keys" : ''}.`;
  }
}

const asWords = (text: string): string => text.replaceAll('`', '');

function summary(request: ApprovalRequest): Block[] {
  if (request.kind === 'key' || request.summary.length === 0) return [];
  const rows = request.summary.slice(0, 30).map((line) => `• ${escapeText(line)}`);
  const more = request.summary.length - rows.length;
  return [section([...rows, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'))];
}
