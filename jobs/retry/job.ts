// Retry job: continues a run under a fresh approval or asks the operators.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import {
  type ProvisionRequest,
  type Question,
  type TeardownRequest,
  approvalIn,
  askApprover,
  requiresApproval,
  whoOf,
  retryExpired,
} from '../approvals/index.ts';
import type { PlanContext } from '../provision/notifier.ts';
import type { TeardownContext } from '../teardown/notifier.ts';
import type { FoundRun } from '../../src/gateway/runs.ts';
import type { RetryPayload } from '../runs/payload.ts';
import { LlmgwError, fail } from '../../src/kernel/errors.ts';
import type { RunApproval } from '../../src/engine/journal.ts';
import { locked, preview as previewPlan, planQuestion } from '../provision/plan-job.ts';
import { readProvisionInput, withoutSnapshot } from '../../src/gateway/options.ts';
import { preview as previewTeardown, teardownQuestion } from '../teardown/job.ts';
import { readTeardownInput } from '../teardown/options.ts';

export type RetryContext = PlanContext & TeardownContext;

type RunQuestion = ProvisionRequest | TeardownRequest;

/** @returns `asked` while another operator must approve it. */
export async function previewRetry(
  context: RetryContext,
  payload: RetryPayload,
): Promise<string | void> {
  const { runs, notifier } = context;
  const { runId, to } = payload;
  const run = await retryable(context, payload);
  const question = await questionOf(context, payload, run);
  const id = payload.approval?.id ?? run.approval?.id;
  const given = id === undefined ? undefined : await notifier.question(id);
  const approval = coveredBy(given, { run, question, by: to.user });
  const isNeeded = await requiresApproval(context, effectOf(run));
  const counts =
    !isNeeded || approval !== undefined ? approval : await askApprover(context, to, question);
  if (isNeeded && counts === undefined) return 'asked';
  if (isNeeded && counts?.by.user === to.user) throw ownApproval(runId);
  await runs.retry({ runId, by: whoOf(to), requestId: to.job, approval: counts });
}

const ownApproval = (runId: string) =>
  fail('refused', 'own_approval', "You can't start a retry that you approved", {
    next: guidance`Ask another operator to run ${slashCommand(`retry ${runId}`)}.`,
  });

/** @throws refused/unknown_run, refused/not_retryable, refused/retry_expired, refused/locked. */
async function retryable(
  { runs }: RetryContext,
  { runId, gateway }: RetryPayload,
): Promise<FoundRun> {
  const run = await runs.find(runId);
  if (run?.request.target !== gateway) {
    throw fail('refused', 'unknown_run', `Run ${runId} of gateway ${gateway} not found`, {
      next: guidance`List runs with ${slashCommand('jobs')}.`,
    });
  }
  if (run.status !== 'failed' && run.status !== 'cancelled') {
    throw fail(
      'refused',
      'not_retryable',
      `Run ${runId} is ${run.status}, and only failed and cancelled runs can be retried`,
      {
        next: 'Check its card for progress.',
      },
    );
  }
  const expired = retryExpired(run, Date.now());
  if (expired !== undefined) throw new LlmgwError(expired);
  const active = await runs.activeRunId(gateway);
  if (active !== undefined && active !== runId) throw locked(gateway, active);
  return run;
}

function effectOf({ request: { runbook, target: gateway, input } }: FoundRun) {
  if (runbook === 'teardown') return { gateway, runbook } as const;
  return { gateway, runbook: 'provision', leaseMs: readProvisionInput(input).leaseMs } as const;
}

/** The approval request of the retry. */
async function questionOf(
  context: RetryContext,
  { gateway, runId, to }: RetryPayload,
  { request, epoch }: FoundRun,
): Promise<RunQuestion> {
  if (request.runbook === 'teardown') {
    const { removeApps } = readTeardownInput(request.input);
    const seen = await previewTeardown(context, { gateway, removeApps, to });
    return teardownQuestion(to, seen, runId, epoch);
  }
  const options = withoutSnapshot(readProvisionInput(request.input));
  const plan = await previewPlan(context, gateway, options, runId);
  return planQuestion(to, plan, runId, epoch);
}

interface Retry {
  readonly run: FoundRun;
  readonly question: RunQuestion;
  /** Slack id of the person who retries. */
  readonly by: string;
}

/** The approval, if it is fresh, another operator's, and covers every due step. */
function coveredBy(given: Question | undefined, at: Retry): RunApproval | undefined {
  if (given === undefined) return undefined;
  const { request } = given;
  const approval = approvalIn(request.id, given);
  if (approval === undefined || approval.by.user === at.by) return undefined;
  if (request.kind !== 'provision' && request.kind !== 'teardown') return undefined;
  if (request.runId !== at.run.request.runId) return undefined;
  return covers(request, at) ? approval : undefined;
}

function covers(approved: RunQuestion, { run, question }: Retry): boolean {
  if (approved.kind === 'teardown' && question.kind === 'teardown') {
    const { removeApps, goes = [] } = approved;
    const now = question.goes ?? [];
    return removeApps === question.removeApps && now.every((one) => goes.includes(one));
  }
  if (approved.kind !== 'provision' || question.kind !== 'provision') return false;
  const before = approved.covers;
  const now = question.covers;
  if (before === undefined || now === undefined || before.config !== now.config) return false;
  // A step that the run itself started differs from the approved plan.
  const isStarted = (step: string): boolean => (run.steps[step]?.status ?? 'pending') !== 'pending';
  return Object.entries(now.due).every(
    ([step, found]) => before.due[step] === found || isStarted(step),
  );
}
