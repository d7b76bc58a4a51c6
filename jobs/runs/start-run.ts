// Starting, cancelling and retrying runs from Slack: who may, what holds the gateway, and the first words.
import { commandCode } from '../../src/slack/messages/commands.ts';
import { type RunEffect, needsApproval, retryExpired } from '../approvals/index.ts';
import type { retryPayload } from './payload.ts';
import type { z } from 'zod';
import { changesSince, type ConfigurationChange, leaseIn } from '../../src/gateway/options.ts';
import { LlmgwError } from '../../src/kernel/errors.ts';
import type { RunRequest, Who } from '../../src/engine/journal.ts';
import { hasEnded } from '../../src/engine/run-state.ts';
import type { HandlerContext, Reply } from '../../src/slack/dispatch/command.ts';
import type { Deadline } from '../../src/slack/dispatch/deadline.ts';
import { gatewayNamed } from '../../src/slack/dispatch/gateway-choice.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { typedWord } from '../../src/kernel/text.ts';
import { refusal } from '../../src/slack/dispatch/refusals.ts';
import { accepted, outcome, say } from '../../src/slack/messages/message.ts';
import { activeRunOf, lockedMessage } from '../../src/slack/dispatch/active-run.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  code,
  joined,
  nothing,
} from '../../src/slack/messages/mrkdwn.ts';

/** What one decision over runs needs to know. */
export interface RunAction {
  readonly by: Who;
  readonly delivery: string;
  readonly deadline: Deadline;
}

/** Whether another operator must approve the run, by the gateway's lease as it is now. */
export async function needsApprover(
  { requiresApproval, leases }: Pick<HandlerContext, 'requiresApproval' | 'leases'>,
  gateway: string,
  run: RunEffect,
): Promise<boolean> {
  const lease = await leases.read(gateway);
  return needsApproval(requiresApproval, run, { lease, now: Date.now() });
}

export async function startRun(
  ctx: HandlerContext,
  deadline: Deadline,
  request: RunRequest,
): Promise<Reply> {
  const { runId, runbook, target, input } = request;
  const leaseMs = runbook === 'provision' ? leaseIn(input) : undefined;
  // Such a run begins in the job that another operator's approval starts, and nowhere else.
  if (await needsApprover(ctx, target, { runbook, leaseMs })) {
    const typed = commandCode(runbook, target);
    const text = mrkdwn`Another operator must approve this first. *Next:* type ${typed}.`;
    return { message: refusal(text, runId) };
  }
  const holder = await activeRunOf(ctx.store, target);
  // The run's own id: a repeated press finds what the first one started.
  if (holder !== undefined && holder.request.runId !== runId) {
    return { message: lockedMessage(holder, runId) };
  }
  deadline.begin();
  await ctx.queues.startRun(request);
  const doing = runbook === 'teardown' ? 'Tearing down' : 'Provisioning';
  const text = mrkdwn`${doing} ${code(target)} as run ${code(runId)}. Its card appears in the channel in a moment and follows every step; ${commandCode(`cancel ${runId}`)} stops it.`;
  return { message: say(text, { mark: accepted(runId) }) };
}

export async function cancelRun(
  ctx: HandlerContext,
  { by, delivery, deadline }: RunAction,
  runId: string,
): Promise<Reply> {
  const state = (await ctx.store.read(runId))?.state;
  if (state === undefined) return { message: unknownRun(runId) };
  const verdict = await ctx.permissions.mayDecide(state.request.by.user, by);
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  if (hasEnded(state)) {
    const text = mrkdwn`The run ${code(runId)} has ended already: it ${state.status}. There is nothing to cancel.`;
    return { message: say(text, { mark: outcome('refused', runId) }) };
  }
  deadline.begin();
  await ctx.queues.cancelRun(runId, by, delivery);
  const text = mrkdwn`Stopping the run ${code(runId)} at the next safe point. Its card says what then stands.`;
  return { message: say(text, { mark: accepted(runId) }) };
}

export async function retryRun(
  ctx: HandlerContext,
  { by, delivery, deadline }: RunAction,
  runId: string,
): Promise<Reply> {
  const state = (await ctx.store.read(runId))?.state;
  if (state === undefined) return { message: unknownRun(runId) };
  const verdict = await ctx.permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return { message: refusal(verdict.sentence, runId) };
  if (!hasEnded(state) || state.status === 'succeeded') {
    const text = mrkdwn`The run ${code(runId)} is ${state.status}; only a failed or cancelled run is retried.`;
    return { message: say(text, { mark: outcome('refused', runId) }) };
  }
  const expired = retryExpired(state, Date.now());
  if (expired !== undefined) throw new LlmgwError(expired);
  const { runbook, target, input } = state.request;
  const holder = await activeRunOf(ctx.store, target);
  if (holder !== undefined) return { message: lockedMessage(holder, runId) };
  const changes = changesSince(input, gatewayNamed(ctx, target));
  const leaseMs = runbook === 'provision' ? leaseIn(input) : undefined;
  const isAsked = await needsApprover(ctx, target, { runbook, leaseMs });
  deadline.begin();
  if (isAsked) return previewRetry(ctx, { by, delivery, runId, target, changes });
  await ctx.queues.retryRun(runId, by, delivery);
  const text = mrkdwn`Going on with the run ${code(runId)} from where it stopped. Its card follows every step.`;
  return { message: say(mrkdwn`${text}${formatChanges(changes)}`, { mark: accepted(runId) }) };
}

interface RetryRequest {
  readonly by: Who;
  readonly delivery: string;
  readonly runId: string;
  readonly target: string;
  readonly changes: readonly ConfigurationChange[];
}

/** A job looks whether the approval of the run still counts, and asks the operators where it does not. */
async function previewRetry(
  { queues }: HandlerContext,
  { by, delivery, runId, target, changes }: RetryRequest,
): Promise<Reply> {
  const job = jobId(`retry-${target}`, delivery);
  const payload: z.input<typeof retryPayload> = { gateway: target, runId, to: { ...by, job } };
  await queues.enqueue('retry-look', payload, job, by);
  const text = mrkdwn`Looking at what the run ${code(runId)} would still do. It goes on if its approval is less than an hour old and covers that; else another operator is asked to approve the retry.`;
  return { message: say(mrkdwn`${text}${formatChanges(changes)}`, { mark: accepted(job) }) };
}

/** The run goes on with the configuration as it now is. */
function formatChanges(changes: readonly ConfigurationChange[]): Mrkdwn {
  if (changes.length === 0) return nothing;
  const lines = changes.map(
    ({ variable, from, to }) => mrkdwn`• ${code(variable)}: ${code(from)} → ${code(to)}`,
  );
  return mrkdwn`\n*Changed in the configuration since it began, and in force from here on:*\n${joined(lines, '\n')}`;
}

function unknownRun(runId: string) {
  const text = mrkdwn`There is no run ${escapeText(typedWord(runId))}. ${commandCode('jobs')} lists those there are.`;
  return say(text, { mark: outcome('refused', safeId(runId)) });
}

function safeId(runId: string): string {
  return /^[a-z0-9-]+$/.test(runId) ? runId : 'none';
}
