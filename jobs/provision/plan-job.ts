// Plan job: computes a plan, shows it, and starts an approved one.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import {
  type ProvisionRequest,
  approvalId,
  askApprover,
  requiresApproval,
  requireApprover,
  whoOf,
} from '../approvals/index.ts';
import type { PlanContext, GatewayPlan } from './notifier.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { PlanPayload } from './payload.ts';
import { z } from 'zod';
import { type Json, fail } from '../../src/kernel/errors.ts';
import { observe } from '../../src/gateway/observe.ts';
import { type StoredPlan, differences, makePlan } from './make-plan.ts';
import { provision } from './runbook.ts';
import { type ProvisionOptions, provisionOptions } from '../../src/gateway/options.ts';

/** Time to approve a plan, ms. */
const pendingMs = 24 * 60 * 60_000;

/** @returns `stale` when the approved plan is out of date, `asked` while another operator must approve it too. */
export async function plan(context: PlanContext, payload: PlanPayload): Promise<string | void> {
  const { gateway, to, approved } = payload;
  if (approved !== undefined) return approve(context, payload, approved);
  const options = payload.options ?? (await context.runs.options(gateway));
  const made = await preview(context, gateway, options, to.job);
  if (payload.asks) await keep(context, to.job, made, options);
  const asksSecond = payload.asks && (await requiresApproval(context, effectOf(gateway, options)));
  if (
    asksSecond &&
    payload.isRequested &&
    made.verdict === 'ready' &&
    made.activeRun === undefined
  ) {
    await askApprover(context, to, planQuestion(to, made, to.job));
    return 'asked';
  }
  await context.notifier.showPlan(to, made, { asks: payload.asks, asksSecond });
}

const effectOf = (gateway: string, { leaseMs }: ProvisionOptions) =>
  ({ gateway, runbook: 'provision', leaseMs }) as const;

/** The approval request for this plan of this run. */
export function planQuestion(
  to: Addressee,
  plan: GatewayPlan,
  runId: string,
  attempt?: number,
): ProvisionRequest {
  const { gateway, hash, covers } = plan;
  return {
    kind: 'provision',
    id: approvalId(attempt === undefined ? runId : `${runId}-${attempt}`, hash),
    gateway,
    by: whoOf(to),
    hash,
    runId,
    covers,
    ...(attempt === undefined ? {} : { isRetry: true }),
    summary: [
      ...plan.desired.map(({ label, value }) => `${label}: ${value}`),
      `Cost: about $${plan.cost.usd.toFixed(2)} per hour`,
      ...changesIn(plan),
    ],
  };
}

/** Creations and changes, one line each. */
export function changesIn({ steps }: Pick<GatewayPlan, 'steps'>): string[] {
  const titles = (action: 'create' | 'change'): string[] =>
    steps.filter((step) => step.action === action).map(({ title }) => title);
  const created = titles('create');
  const changed = titles('change');
  return [
    ...(created.length === 0 ? [] : [`Create (${created.length}): ${created.join(', ')}`]),
    ...(changed.length === 0 ? [] : [`Change (${changed.length}): ${changed.join(', ')}`]),
  ];
}

/** Starts the approved plan of a run if it is current, and shows the new plan if not. */
async function approve(
  context: PlanContext,
  { gateway, to, approval }: PlanPayload,
  hash: string,
): Promise<string | void> {
  const { runs, texts, notifier } = context;
  const runId = to.job;
  if ((await runs.find(runId)) !== undefined) {
    // Either this job runs again after a crash, or the button was used twice.
    if ((await texts.read(refOf(runId, hash))) === undefined) throw used(runId);
    return texts.drop(refOf(runId, hash));
  }
  const pending = await read(context, gateway, runId, hash);
  const made = await preview(context, gateway, pending.options, runId);
  const active = made.activeRun;
  if (active !== undefined && active !== runId) throw locked(gateway, active);
  if (made.hash !== hash) {
    const differs = differences(pending.plan, made);
    await keep(context, runId, made, pending.options);
    const asksSecond = await requiresApproval(context, effectOf(gateway, pending.options));
    await notifier.showPlan(to, made, { asks: true, differs, asksSecond });
    await texts.drop(refOf(runId, hash));
    return 'stale';
  }
  // The stored plan stays until the other operator decides.
  const effect = effectOf(gateway, pending.options);
  const isAsked = approval === undefined && (await requiresApproval(context, effect));
  const counts = isAsked ? await askApprover(context, to, planQuestion(to, made, runId)) : approval;
  if (isAsked && counts === undefined) return 'asked';
  await requireApprover(context, effect, { by: to.user, approval: counts });
  const { options } = pending;
  await runs.provision({ runId, gateway, options, by: whoOf(to), approval: counts });
  await texts.drop(refOf(runId, hash));
}

export async function preview(
  { env, runs, signal, log }: PlanContext,
  gateway: string,
  options: ProvisionOptions,
  job: string,
): Promise<GatewayPlan> {
  const desired = await env(gateway, options);
  const input = toJson(options);
  const target = { runbook: provision, env: desired, input, runId: job, signal, log };
  const { rows, activeRun } = await observe(
    { ...target, activeRun: () => runs.activeRunId(gateway) },
    'full',
  );
  return makePlan({ gateway: desired.gateway, options, rows, activeRun });
}

const toJson = (options: ProvisionOptions): Json =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

const refOf = (runId: string, hash: string): string => `plan:${runId}:${hash}`;

const storedPlan = z.object({
  gateway: z.string(),
  options: provisionOptions,
  plan: z.object({
    hash: z.string(),
    desired: z.array(z.object({ label: z.string(), value: z.string() })),
    steps: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        action: z.enum(['create', 'change', 'prove', 'leave', 'blocked', 'unread']),
        why: z.string().optional(),
      }),
    ),
  }),
});

async function keep(
  { texts }: PlanContext,
  runId: string,
  { gateway, hash, desired, steps }: GatewayPlan,
  options: ProvisionOptions,
): Promise<void> {
  const kept = storedPlan.parse({ gateway, options, plan: { hash, desired, steps } });
  await texts.keep(refOf(runId, hash), JSON.stringify(kept), pendingMs);
}

/** @throws refused/plan_gone once it was used, replaced or has expired. */
async function read(
  { texts }: PlanContext,
  gateway: string,
  runId: string,
  hash: string,
): Promise<{ options: ProvisionOptions; plan: StoredPlan }> {
  const kept = await texts.record(refOf(runId, hash), storedPlan);
  if (kept?.gateway !== gateway) {
    throw fail('refused', 'plan_gone', 'This plan has expired or was already used', {
      next: guidance`Run ${slashCommand('provision')} for a new plan.`,
    });
  }
  return kept;
}

function used(runId: string) {
  return fail('refused', 'plan_used', `This plan already started run ${runId}`, {
    next: guidance`Follow its card, or run ${slashCommand('provision')} for a new plan.`,
  });
}

export function locked(gateway: string, active: string) {
  return fail('refused', 'locked', `Run ${active} is active on gateway ${gateway}`, {
    next: guidance`Wait for it to finish, or cancel it with ${slashCommand(`cancel ${active}`)}.`,
  });
}
