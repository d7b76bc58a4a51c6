// Decided quota request: an approval starts the run that sets the quota.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { type QuotaRequest, endInTime, requiresApproval } from '../approvals/index.ts';
import type { QuotaContext } from './notifier.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { QuotaRequestPayload } from './payload.ts';
import { type LlmgwError, fail, toFault } from '../../src/kernel/errors.ts';
import type { RunApproval } from '../../src/engine/journal.ts';
import { locked, plan as askToProvision } from '../provision/plan-job.ts';
import { type Made, blockedIn, makeRequest } from './make-request.ts';
import { type StoredQuotaRequest, quotaRequestRef } from './quota-request.ts';

interface Decided {
  readonly context: QuotaContext;
  readonly payload: QuotaRequestPayload;
  readonly request: QuotaRequest;
  /** Slack id of the approver. */
  readonly by: string;
  /** The decision as an approval of the run. */
  readonly approval: RunApproval;
  /** The requester's direct messages, as the decision may come days later. */
  readonly asker: Addressee;
}

/**
 * Reads the stored decision, never the job's payload.
 * @throws refused/locked, refused/plan_blocked, which leave the question open; refused/quota_moot.
 */
export async function carryOut(context: QuotaContext, payload: QuotaRequestPayload): Promise<void> {
  const { notifier } = context;
  const id = payload.of ?? '';
  const question = await notifier.question(id);
  if (question?.request.kind !== 'quota' || question.decision === undefined) return;
  const { request, decision } = question;
  const { gateway, desired } = request;
  const asker = { user: request.by.user, channel: request.by.user, job: payload.to.job };
  if (decision.verdict === 'denied') {
    await notifier.closeQuestion(id, 'decided');
    const { by, word } = decision;
    return notifier.tellQuota(asker, { kind: 'denied', gateway, desired, by, word });
  }
  if (decision.verdict !== 'approved') return;
  const approver = { user: decision.by, channel: decision.channel ?? decision.by };
  const approval = { id, by: approver };
  await approve({ context, payload, request, by: decision.by, approval, asker });
}

async function approve(at: Decided): Promise<void> {
  const { context, request, asker, by } = at;
  const { gateway, desired, runId } = request;
  const { notifier, runs } = context;
  // A run that started before a crash only needs its news.
  const begun = (await runs.find(runId)) === undefined ? await begin(at) : 'run';
  if (begun === 'not') return;
  await notifier.closeQuestion(request.id, 'decided');
  const news =
    begun === 'run'
      ? ({ kind: 'approved', gateway, desired, by, runId } as const)
      : ({ kind: 'approved_once', gateway, desired, by } as const);
  await notifier.tellQuota(asker, news);
}

async function begin(at: Decided): Promise<'run' | 'second' | 'not'> {
  const { context, payload, request, by } = at;
  const { gateway, runId } = request;
  const made = await makeAgain(at);
  const { plan, options } = made;
  if (plan.activeRun !== undefined && plan.activeRun !== runId) {
    await reopen(at);
    throw locked(gateway, plan.activeRun);
  }
  const [blocked] = blockedIn(plan);
  if (blocked !== undefined) {
    await reopen(at);
    throw fail('refused', 'plan_blocked', `The quota can't be set now: ${blocked}`, {
      next: guidance`Run ${slashCommand('doctor')}, fix the problem, then approve again.`,
    });
  }
  if (made.request.hash !== request.hash) {
    await askAgain(at, made);
    return 'not';
  }
  await saveRequest(at);
  const starter = { user: by, channel: payload.to.channel };
  if (!(await requiresApproval(context, { gateway, runbook: 'provision' }))) {
    await context.runs.provision({ runId, gateway, options, by: starter });
    return 'run';
  }
  if (payload.isOperators) {
    // The requester and the approver are both operators.
    await context.runs.provision({
      runId,
      gateway,
      options,
      by: request.by,
      approval: at.approval,
    });
    return 'run';
  }
  const to = { ...starter, job: runId };
  await askToProvision(context, { gateway, options, asks: true, isRequested: true, to });
  return 'second';
}

/** @throws refused/quota_moot once the limit is high enough. */
async function makeAgain(at: Decided): Promise<Made> {
  const { context, request, asker } = at;
  const { gateway, desired, by, runId, why } = request;
  try {
    return await makeRequest(context, { gateway, desired, by, runId, why });
  } catch (error) {
    const { code, message } = toFault(error);
    if (code !== 'quota_same' && code !== 'quota_less') throw error;
    await context.notifier.closeQuestion(request.id, 'decided');
    await context.notifier.tellQuota(asker, { kind: 'moot', gateway, desired, why: message });
    throw moot(message);
  }
}

const moot = (why: string): LlmgwError =>
  fail('refused', 'quota_moot', `The request is no longer needed, so nothing changed: ${why}`, {
    next: guidance`Check the limit with ${slashCommand('quota')}.`,
  });

const reopen = ({ context, request }: Decided) =>
  context.notifier.closeQuestion(request.id, 'reopened');

/** The plan differs from the approved one, so the operators decide again. */
async function askAgain({ context, request, asker }: Decided, made: Made): Promise<void> {
  const { notifier } = context;
  const { gateway, desired } = request;
  const again =
    made.request.now === request.now
      ? 'the gateway changed since the request'
      : `the quota changed from ${request.now} to ${made.request.now} since the request`;
  const { question } = await notifier.askForQuota({ ...made.request, again });
  await endInTime(context, made.request, question.until);
  await notifier.closeQuestion(request.id, 'decided');
  await notifier.tellQuota(asker, { kind: 'asked_again', gateway, desired, why: again });
}

/** Longer than a run can be retried, so that the requester is notified of each end. */
const keptMs = 30 * 86_400_000;

async function saveRequest({ context, request }: Decided): Promise<void> {
  const stored: StoredQuotaRequest = { owner: request.by.user, desired: request.desired };
  await context.texts.keep(quotaRequestRef(request.runId), JSON.stringify(stored), keptMs);
}
