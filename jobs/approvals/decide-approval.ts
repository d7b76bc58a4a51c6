// Decision on an approval question: permissions, state and effect.
import { commandCode } from '../../src/slack/messages/commands.ts';
import type { approvalNewsPayload } from './payload.ts';
import type { z } from 'zod';
import type { ApprovalHandlerContext } from './handler-context.ts';
import type { ApprovalRequest, Decision } from './questions.ts';
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
  /** Message to the requester. */
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
  // A fresh check: a person who just left the operators' group decides nothing.
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
  const active =
    isQuota && verdict === 'approved' && approval.decision === undefined
      ? await activeRunOf(ctx.store, request.gateway)
      : undefined;
  if (active !== undefined) return { message: lockedMessage(active, job) };
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
  // The same decision again is a repeated action, or one whose process ended too early.
  if (counts.by !== by.user || counts.verdict !== verdict) {
    if (counts.verdict === 'expired') return { message: gone(job) };
    const text = mrkdwn`${verdicts[counts.verdict]} by ${mention(counts.by)}. Nothing else to do.`;
    return { message: refusal(text, job, mrkdwn`Already decided.`) };
  }
  try {
    await carryOut(ctx, action, request, counts);
  } catch (error) {
    await ctx.approvals.reopen(id, decision).catch(() => undefined);
    throw error;
  }
  // A job checks the gateway again and shows the result.
  if (isQuota) {
    const text =
      verdict === 'approved'
        ? mrkdwn`Request approved. Checking that nothing changed since, then starting the run.`
        : mrkdwn`Request declined. The requester gets a message.`;
    return { message: say(text, { mark: accepted(job) }), isShownLater: true };
  }
  const text =
    verdict === 'approved' ? mrkdwn`Request approved.` : mrkdwn`Request declined. Nothing starts.`;
  await haveItTold(ctx, request, counts);
  return { message: say(text, { mark: outcome('ok', job) }) };
}

const verdicts = {
  approved: mrkdwn`Approved`,
  denied: mrkdwn`Declined`,
  withdrawn: mrkdwn`Withdrawn`,
} as const;

/** A requester never approves their own run; a quota request counts as a run if runs need an approver. */
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

/** A job notifies the requester, so that a crash here loses no news. */
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
  return mrkdwn`You can't approve your own request. Another operator must approve it${who === '' ? '' : mrkdwn` (${who})`}. To withdraw it, choose *Decline*.`;
}

/** A request counts only while its requester is an operator. */
function lostRole({ kind, gateway, by }: ApprovalRequest): Mrkdwn {
  return mrkdwn`${mention(by.user)} requested this and is no longer an operator, so nothing starts. *Next:* decline it, or run ${commandCode(kind, gateway)} yourself.`;
}

function gone(job: string) {
  const text = mrkdwn`No operator decided in time, so nothing changed. *Next:* request it again.`;
  return refusal(text, job, mrkdwn`Request expired.`);
}
