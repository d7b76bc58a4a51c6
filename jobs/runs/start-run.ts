// Start, cancel and retry of runs from Slack: permissions, lock and first reply.
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

/** The input of one action on a run. */
export interface RunAction {
  readonly by: Who;
  readonly delivery: string;
  readonly deadline: Deadline;
}

/** Whether another operator must approve the run, given the gateway's current lease. */
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
  // Only the job of an approval starts such a run.
  if (await needsApprover(ctx, target, { runbook, leaseMs })) {
    const typed = commandCode(runbook, target);
    const text = mrkdwn`Another operator must approve this run. *Next:* request approval with ${typed}.`;
    return { message: refusal(text, runId) };
  }
  const active = await activeRunOf(ctx.store, target);
  // A repeated action finds the run that the first one started.
  if (active !== undefined && active.request.runId !== runId) {
    return { message: lockedMessage(active, runId) };
  }
  deadline.begin();
  await ctx.queues.startRun(request);
  const doing = runbook === 'teardown' ? 'Tearing down' : 'Provisioning';
  const text = mrkdwn`${doing} ${code(target)}: run ${code(runId)} is starting. Follow its card in the channel, or stop it with ${commandCode(`cancel ${runId}`)}.`;
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
    const text = mrkdwn`Run ${code(runId)} has already ended (${state.status}), so there is nothing to cancel.`;
    return { message: say(text, { mark: outcome('refused', runId) }) };
  }
  deadline.begin();
  await ctx.queues.cancelRun(runId, by, delivery);
  const text = mrkdwn`Cancelling run ${code(runId)} at the next safe point. Its card shows what stays and what is still running.`;
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
    const text = mrkdwn`Run ${code(runId)} is ${state.status}. Only failed and cancelled runs can be retried.`;
    return { message: say(text, { mark: outcome('refused', runId) }) };
  }
  const expired = retryExpired(state, Date.now());
  if (expired !== undefined) throw new LlmgwError(expired);
  const { runbook, target, input } = state.request;
  const active = await activeRunOf(ctx.store, target);
  if (active !== undefined) return { message: lockedMessage(active, runId) };
  const changes = changesSince(input, gatewayNamed(ctx, target));
  const leaseMs = runbook === 'provision' ? leaseIn(input) : undefined;
  const isAsked = await needsApprover(ctx, target, { runbook, leaseMs });
  deadline.begin();
  if (isAsked) return previewRetry(ctx, { by, delivery, runId, target, changes });
  await ctx.queues.retryRun(runId, by, delivery);
  const text = mrkdwn`Retrying run ${code(runId)} from where it stopped. Follow its card for progress.`;
  return { message: say(mrkdwn`${text}${formatChanges(changes)}`, { mark: accepted(runId) }) };
}

interface RetryRequest {
  readonly by: Who;
  readonly delivery: string;
  readonly runId: string;
  readonly target: string;
  readonly changes: readonly ConfigurationChange[];
}

/** The job checks whether the run's approval still counts, and requests a new one if not. */
async function previewRetry(
  { queues }: HandlerContext,
  { by, delivery, runId, target, changes }: RetryRequest,
): Promise<Reply> {
  const job = jobId(`retry-${target}`, delivery);
  const payload: z.input<typeof retryPayload> = { gateway: target, runId, to: { ...by, job } };
  await queues.enqueue('retry-look', payload, job, by);
  const text = mrkdwn`Checking what run ${code(runId)} still has to do. It continues if an approval from the last hour covers that; otherwise another operator must approve the retry.`;
  return { message: say(mrkdwn`${text}${formatChanges(changes)}`, { mark: accepted(job) }) };
}

/** A retry uses the current configuration. */
function formatChanges(changes: readonly ConfigurationChange[]): Mrkdwn {
  if (changes.length === 0) return nothing;
  const lines = changes.map(
    ({ variable, from, to }) => mrkdwn`• ${code(variable)}: ${code(from)} → ${code(to)}`,
  );
  return mrkdwn`\n*Configuration changes since the run started, now in effect:*\n${joined(lines, '\n')}`;
}

function unknownRun(runId: string) {
  const text = mrkdwn`Run ${escapeText(typedWord(runId))} not found. *Next:* list runs with ${commandCode('jobs')}.`;
  return say(text, { mark: outcome('refused', safeId(runId)) });
}

function safeId(runId: string): string {
  return /^[a-z0-9-]+$/.test(runId) ? runId : 'none';
}
