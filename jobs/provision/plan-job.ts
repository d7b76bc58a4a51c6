// `plan` and the question of `provision`: reads the world, says what would be done, and begins what was approved if it still holds.
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

/** How long a plan may be approved, ms. */
const pendingMs = 24 * 60 * 60_000;

/** @returns `stale` when what was approved has changed meanwhile, `asked` while another operator must approve it too. */
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

/** Bound to this plan of this run. */
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
      `costs about $${plan.cost.usd.toFixed(2)} an hour while it stands`,
      ...changesIn(plan),
    ],
  };
}

/** A line each. */
export const changesIn = ({ steps }: Pick<GatewayPlan, 'steps'>): string[] =>
  steps
    .filter(({ action }) => action === 'create' || action === 'change')
    .map(({ action, title }) => `${action}: ${title}`);

/** A click approves one plan of one run: it begins if the world still says the same, and is asked anew if not. */
async function approve(
  context: PlanContext,
  { gateway, to, approval }: PlanPayload,
  hash: string,
): Promise<string | void> {
  const { runs, texts, notifier } = context;
  const runId = to.job;
  if ((await runs.find(runId)) !== undefined) {
    // Either this job runs again after a crash, or somebody pressed twice.
    if ((await texts.read(refOf(runId, hash))) === undefined) throw used(runId);
    return texts.drop(refOf(runId, hash));
  }
  const pending = await read(context, gateway, runId, hash);
  const made = await preview(context, gateway, pending.options, runId);
  const holder = made.activeRun;
  if (holder !== undefined && holder !== runId) throw locked(gateway, holder);
  if (made.hash !== hash) {
    const differs = differences(pending.plan, made);
    await keep(context, runId, made, pending.options);
    const asksSecond = await requiresApproval(context, effectOf(gateway, pending.options));
    await notifier.showPlan(to, made, { asks: true, differs, asksSecond });
    await texts.drop(refOf(runId, hash));
    return 'stale';
  }
  // The plan stays for the other operator to approve.
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
  const world = await env(gateway, options);
  const input = toJson(options);
  const looking = { runbook: provision, env: world, input, runId: job, signal, log };
  const { rows, activeRun } = await observe(
    { ...looking, activeRun: () => runs.activeRun(gateway) },
    'full',
  );
  return makePlan({ gateway: world.gateway, options, rows, activeRun });
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

/** @throws refused/plan_gone once it was used, replaced or forgotten. */
async function read(
  { texts }: PlanContext,
  gateway: string,
  runId: string,
  hash: string,
): Promise<{ options: ProvisionOptions; plan: StoredPlan }> {
  const text = await texts.read(refOf(runId, hash));
  const kept = text === undefined ? undefined : storedPlan.parse(JSON.parse(text));
  if (kept?.gateway !== gateway) {
    throw fail('refused', 'plan_gone', 'This plan was used, replaced or is older than a day', {
      next: guidance`Type ${slashCommand('provision')} for a new one.`,
    });
  }
  return kept;
}

function used(runId: string) {
  return fail('refused', 'plan_used', `The run ${runId} was begun with this plan already`, {
    next: guidance`Look at its card, or type ${slashCommand('provision')} for a new plan.`,
  });
}

export function locked(gateway: string, holder: string) {
  return fail('refused', 'locked', `The run ${holder} is at work on the gateway ${gateway}`, {
    next: guidance`Wait for its card, or stop it with ${slashCommand(`cancel ${holder}`)}.`,
  });
}
