// Approve and Deny, pressed: a click proves nothing, so who, whether still open, and on what are looked at here.
import { commandCode } from '../../src/slack/messages/commands.ts';
import type { approvalNewsPayload } from './payload.ts';
import type { z } from 'zod';
import type { ApprovalHandlerContext } from './handler-context.ts';
import type { ApprovalRequest } from './questions.ts';
import type { Decision } from './store.ts';
import type { Who } from '../../src/engine/journal.ts';
import type { Reply } from '../../src/slack/dispatch/command.ts';
import type { Deadline } from '../../src/slack/dispatch/deadline.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { authorityOf } from '../../src/slack/people/permissions.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, outcome, say } from '../../src/slack/messages/message.ts';
import { activeRunOf, lockedMessage } from '../../src/slack/dispatch/active-run.ts';
import { type Mrkdwn, mrkdwn, code, mention, joined } from '../../src/slack/messages/mrkdwn.ts';

export interface ApprovalAction {
  readonly by: Who;
  /** Of the button: the question's id. */
  readonly value: string;
  readonly verdict: 'approved' | 'denied';
  /** To whoever asked. */
  readonly word?: string;
  readonly delivery: string;
  readonly deadline: Deadline;
}

export async function decideApproval(
  ctx: ApprovalHandlerContext,
  action: ApprovalAction,
): Promise<Reply> {
  const { by, value: id, verdict, delivery, deadline, word } = action;
  const job = jobId('approval', delivery);
  // As Slack has it now: who has left the operators' group a minute ago decides nothing.
  const verdictOf = await ctx.permissions.may('operator', by, { isFresh: true });
  if (!verdictOf.allowed) return { message: refusal(verdictOf.sentence, job) };
  const approval = await ctx.approvals.read(id);
  if (approval === undefined) return { message: gone(job) };
  const { request } = approval;
  const isOwn = needsOther(ctx, request) && request.by.user === by.user;
  if (isOwn && verdict === 'approved') {
    return { message: refusal(await ownRequest(ctx, by), job) };
  }
  const isRun = request.kind === 'provision' || request.kind === 'teardown';
  if (isRun && verdict === 'approved') {
    const asker = await ctx.permissions.may('operator', authorityOf(request.by), {
      isFresh: true,
    });
    if (!asker.allowed) return { message: refusal(lostRole(request), job) };
  }
  const isQuota = request.kind === 'quota';
  const holder =
    isQuota && verdict === 'approved' && approval.decision === undefined
      ? await activeRunOf(ctx.store, request.gateway)
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
  const counts = await ctx.approvals.decide(id, decision);
  if (counts === undefined) return { message: gone(job) };
  // The same person's same word again: a repeated press, or one whose process was lost before it was carried out.
  if (counts.by !== by.user || counts.verdict !== verdict) {
    if (counts.verdict === 'expired') return { message: gone(job) };
    const text = mrkdwn`${mention(counts.by)} has ${counts.verdict} this already.`;
    return { message: refusal(text, job, mrkdwn`Too late.`) };
  }
  try {
    await carryOut(ctx, action, request, counts);
  } catch (error) {
    await ctx.approvals.reopen(id, decision).catch(() => undefined);
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
  await haveItTold(ctx, request, counts);
  return { message: say(words, { mark: outcome('ok', job) }) };
}

/** Whoever wishes for a run does not approve it; a quota is such a wish where two people decide on runs. */
function needsOther(
  { requiresApproval }: ApprovalHandlerContext,
  { kind }: ApprovalRequest,
): boolean {
  if (kind === 'quota') return requiresApproval.includes('provision');
  return kind !== 'key';
}

async function carryOut(
  ctx: ApprovalHandlerContext,
  action: ApprovalAction,
  request: ApprovalRequest,
  { by, verdict, at }: Decision,
): Promise<void> {
  const approval = { id: request.id, by: { user: by, channel: action.by.channel } };
  const job = `${request.id}-${at.toString(36)}`;
  const decided = { by: action.by, isApproved: verdict === 'approved', approval, job };
  const { carriers } = ctx;
  switch (request.kind) {
    case 'key':
      return carriers.key(ctx, request, decided);
    case 'quota':
      return carriers.quota(ctx, request, decided);
    case 'provision':
      return carriers.provision(ctx, request, decided);
    case 'teardown':
      return carriers.teardown(ctx, request, decided);
  }
}

/** By a job, so that a process that ends now leaves nobody waiting. */
function haveItTold(
  { queues }: ApprovalHandlerContext,
  { id, gateway, by }: ApprovalRequest,
  { by: decider, at }: Decision,
): Promise<void> {
  const who = { user: decider, channel: decider };
  const owner = by.user;
  const to = { user: owner, channel: owner, job: `${id}-news-${at}` };
  const payload: z.input<typeof approvalNewsPayload> = { gateway, id, what: 'tell', owner, to };
  return queues.enqueue('approval-news', payload, to.job, who);
}

async function ownRequest({ permissions }: ApprovalHandlerContext, by: Who): Promise<Mrkdwn> {
  const others = permissions.operators.filter((id) => id !== by.user);
  const who = joined(
    others.map((id) => (/^[UW]/.test(id) ? mention(id) : code(id))),
    ', ',
  );
  return mrkdwn`This is your own wish: another operator must approve it${who === '' ? '' : mrkdwn` (${who})`}. You may withdraw it with *Deny*.`;
}

/** A question counts for its asker only while they could begin the run themselves. */
function lostRole({ kind, gateway, by }: ApprovalRequest): Mrkdwn {
  return mrkdwn`${mention(by.user)}, who asked for this, is not an operator any more, so nothing begins. *Next:* an operator types ${commandCode(kind, gateway)}; or press *Deny*.`;
}

function gone(job: string) {
  const text = mrkdwn`This question is over: nobody approved it in time, which counts as no. *Next:* ask anew.`;
  return refusal(text, job, mrkdwn`Too late.`);
}
