// Approve and Deny, pressed: a click proves nothing, so who, whether still open, and on what are looked at here.
import type { ApprovalRequest } from './questions.ts';
import type { JobPayload } from '../index.ts';
import { commandFor } from '../../src/kernel/named-commands.ts';
import type { Decision } from './store.ts';
import type { Who } from '../../src/engine/journal.ts';
import { endWish } from '../quota/follow-runs.ts';
import type { Desk, Reply } from '../../src/slack/dispatch/command.ts';
import type { Deadline } from '../../src/slack/dispatch/deadline.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { authorityOf } from '../../src/slack/people/permissions.ts';
import { holderOf } from '../runs/start-run.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, outcome, say } from '../../src/slack/messages/message.ts';
import { lockedMessage } from '../runs/start-view.ts';
import { type Mrkdwn, mrkdwn, code, mention, joined } from '../../src/slack/messages/mrkdwn.ts';

export interface ApprovalPress {
  readonly by: Who;
  /** Of the button: the question's id. */
  readonly value: string;
  readonly verdict: 'approved' | 'denied';
  /** To whoever asked. */
  readonly word?: string;
  readonly delivery: string;
  readonly deadline: Deadline;
}

export async function decideApproval(desk: Desk, press: ApprovalPress): Promise<Reply> {
  const { by, value: id, verdict, delivery, deadline, word } = press;
  const job = jobId('approval', delivery);
  // As Slack has it now: who has left the operators' group a minute ago decides nothing.
  const verdictOf = await desk.permissions.may('operator', by, { isFresh: true });
  if (!verdictOf.allowed) return { message: refusal(verdictOf.sentence, job) };
  const approval = await desk.approvals.read(id);
  if (approval === undefined) return { message: gone(job) };
  const { request } = approval;
  const isOwn = needsOther(desk, request) && request.by.user === by.user;
  if (isOwn && verdict === 'approved') {
    return { message: refusal(await ownWish(desk, by), job) };
  }
  const isRun = request.kind === 'provision' || request.kind === 'teardown';
  if (isRun && verdict === 'approved') {
    const asker = await desk.permissions.may('operator', authorityOf(request.by), {
      isFresh: true,
    });
    if (!asker.allowed) return { message: refusal(lostRole(request), job) };
  }
  const isQuota = request.kind === 'quota';
  const holder =
    isQuota && verdict === 'approved' && approval.decision === undefined
      ? await holderOf(desk.store, request.gateway)
      : undefined;
  if (holder !== undefined) return { message: lockedMessage(holder, job) };
  deadline.begin();
  const decision = {
    by: by.user,
    channel: by.channel,
    verdict,
    at: Date.now(),
    ...(word === undefined ? {} : { word }),
  };
  const counts = await desk.approvals.decide(id, decision);
  if (counts === undefined) return { message: gone(job) };
  // The same person's same word again: a repeated press, or one whose process was lost before it was carried out.
  if (counts.by !== by.user || counts.verdict !== verdict) {
    if (counts.verdict === 'expired') return { message: gone(job) };
    const text = mrkdwn`${mention(counts.by)} has ${counts.verdict} this already.`;
    return { message: refusal(text, job, mrkdwn`Too late.`) };
  }
  try {
    await carryOut(desk, press, request, counts);
  } catch (error) {
    await desk.approvals.reopen(id, decision).catch(() => undefined);
    throw error;
  }
  // A job looks first whether the gateway is as it was, and shows then what has become of it.
  if (isQuota) {
    const words =
      verdict === 'approved'
        ? mrkdwn`You approved it. I look once more: if nothing has changed meanwhile, the run begins, and its card appears.`
        : mrkdwn`You declined it; whoever asked is told.`;
    return { message: say(words, { mark: accepted(job) }), isShownLater: true };
  }
  const words =
    verdict === 'approved' ? mrkdwn`You approved it.` : mrkdwn`You denied it: nothing begins.`;
  await haveItTold(desk, request, counts);
  return { message: say(words, { mark: outcome('ok', job) }) };
}

/** Whoever wishes for a run does not approve it; a quota is such a wish where two people decide on runs. */
function needsOther({ twoPerson }: Desk, { kind }: ApprovalRequest): boolean {
  if (kind === 'quota') return twoPerson.includes('provision');
  return kind !== 'key';
}

async function carryOut(
  desk: Desk,
  press: ApprovalPress,
  request: ApprovalRequest,
  { by, verdict, at }: Decision,
): Promise<void> {
  const { queues } = desk;
  const { id, gateway, hash } = request;
  const approval = { id, by: { user: by, channel: press.by.channel } };
  const isApproved = verdict === 'approved';
  const who = { user: by, channel: by };
  // The same decision is carried out once, another one of the same question anew.
  const job = `${id}-${at.toString(36)}`;
  if (request.kind === 'key') {
    const payload: JobPayload<'key'> = {
      gateway,
      action: isApproved ? 'approve' : 'deny',
      owner: request.owner,
      app: request.app,
      key: hash,
      to: { ...who, job },
    };
    return queues.enqueue('key', payload, job, who);
  }
  if (request.kind === 'quota') {
    const payload: JobPayload<'quota-request'> = {
      gateway,
      action: 'carry-out',
      owner: request.by.user,
      wanted: request.wanted,
      of: id,
      isOperators: (await desk.permissions.may('operator', request.by, { isFresh: true })).allowed,
      to: { ...press.by, job },
    };
    return queues.enqueue('quota-request', payload, job, press.by);
  }
  if (!isApproved) {
    if (request.kind !== 'provision') return;
    return endWish(desk, request.runId, gateway, { end: { status: 'denied' }, ending: 'denied' });
  }
  // The run is its asker's; who approved it goes along, and is looked at again where it begins.
  if (request.isRetry === true) {
    const { runId } = request;
    const payload: JobPayload<'retry-look'> = {
      gateway,
      runId,
      approval,
      to: { ...request.by, job },
    };
    return queues.enqueue('retry-look', payload, job, who);
  }
  const given = {
    gateway,
    approved: hash,
    approval,
    to: { ...request.by, job: request.runId },
  };
  if (request.kind === 'provision') {
    const payload: JobPayload<'plan'> = { ...given, asks: true };
    return queues.enqueue('plan', payload, job, who);
  }
  const payload: JobPayload<'teardown-look'> = { ...given, removeApps: request.removeApps };
  return queues.enqueue('teardown-look', payload, job, who);
}

/** By a job, so that a process that ends now leaves nobody waiting. */
function haveItTold(
  { queues }: Desk,
  { id, gateway, by }: ApprovalRequest,
  { by: decider, at }: Decision,
): Promise<void> {
  const who = { user: decider, channel: decider };
  const owner = by.user;
  const to = { user: owner, channel: owner, job: `${id}-news-${at}` };
  const payload: JobPayload<'approval-news'> = { gateway, id, what: 'tell', owner, to };
  return queues.enqueue('approval-news', payload, to.job, who);
}

async function ownWish({ permissions }: Desk, by: Who): Promise<Mrkdwn> {
  const others = permissions.operators.filter((id) => id !== by.user);
  const who = joined(
    others.map((id) => (/^[UW]/.test(id) ? mention(id) : code(id))),
    ', ',
  );
  return mrkdwn`This is your own wish: another operator must approve it${who === '' ? '' : mrkdwn` (${who})`}. You may withdraw it with *Deny*.`;
}

/** A question counts for its asker only while they could begin the run themselves. */
function lostRole({ kind, gateway, by }: ApprovalRequest): Mrkdwn {
  return mrkdwn`${mention(by.user)}, who asked for this, is not an operator any more, so nothing begins. *Next:* an operator types ${code(`/llmgw ${commandFor(kind, gateway)}`)}; or press *Deny*.`;
}

function gone(job: string) {
  const text = mrkdwn`This question is over: nobody approved it in time, which counts as no. *Next:* ask anew.`;
  return refusal(text, job, mrkdwn`Too late.`);
}
