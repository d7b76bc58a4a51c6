// Teardown preview job: lists resources, then asks or starts an approved teardown.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import {
  type TeardownRequest,
  approvalId,
  askApprover,
  requiresApproval,
  requireApprover,
  whoOf,
} from '../approvals/index.ts';
import type { TeardownContext, GatewayTeardown } from './notifier.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import type { TeardownPayload } from './payload.ts';
import { createHash } from 'node:crypto';
import { fail } from '../../src/kernel/errors.ts';
import { observeLeftovers } from './observe-leftovers.ts';

/** @returns `stale` when the resources differ from the approved list. */
export async function previewTeardown(
  context: TeardownContext,
  payload: TeardownPayload,
): Promise<string | void> {
  const { approved, isRequested, to } = payload;
  const seen = await preview(context, payload);
  if (approved !== undefined) return begin(context, payload, seen, approved);
  const isReady = seen.goes.length > 0 && seen.activeRun === undefined;
  const isAsked =
    isRequested && isReady && (await requiresApproval(context, effectOf(seen.gateway)));
  if (!isAsked) return context.notifier.showTeardown(to, seen);
  const approval = await askApprover(context, to, teardownQuestion(to, seen, to.job));
  // An earlier approval did not start it, as another run was active then.
  return approval === undefined
    ? 'asked'
    : begin(context, { ...payload, approval }, seen, hashOf(seen));
}

const effectOf = (gateway: string) => ({ gateway, runbook: 'teardown' }) as const;

/** The approval request, bound to the resources. */
export function teardownQuestion(
  to: Addressee,
  seen: GatewayTeardown,
  runId: string,
  attempt?: number,
): TeardownRequest {
  const { gateway, removeApps, goes } = seen;
  const hash = hashOf(seen);
  return {
    kind: 'teardown',
    id: approvalId(attempt === undefined ? runId : `${runId}-${attempt}`, hash),
    gateway,
    by: whoOf(to),
    hash,
    runId,
    removeApps,
    goes,
    ...(attempt === undefined ? {} : { isRetry: true }),
    summary: goes.map((name) => `Delete: ${name}`),
  };
}

export async function preview(
  context: TeardownContext,
  { gateway, removeApps, to }: Pick<TeardownPayload, 'gateway' | 'removeApps' | 'to'>,
): Promise<GatewayTeardown> {
  const { log, runs, signal } = context;
  const [{ env, moved, elsewhere }, activeRun] = await Promise.all([
    context.provisioned(gateway),
    runs.activeRunId(gateway),
  ]);
  const surroundings = await observeLeftovers(
    { env, runId: to.job, target: gateway, input: { removeApps }, outputs: {}, signal, log },
    { removeApps },
  );
  return { gateway, removeApps, activeRun, moved, elsewhere, ...surroundings };
}

/** Starts if the resources are those of the approval; otherwise shows the new list. */
async function begin(
  context: TeardownContext,
  { gateway, removeApps, approval, to }: TeardownPayload,
  seen: GatewayTeardown,
  approved: string,
): Promise<string | void> {
  const { notifier, runs } = context;
  await requireApprover(context, effectOf(gateway), { by: to.user, approval });
  if ((await runs.find(to.job)) !== undefined) return;
  if (seen.activeRun !== undefined) {
    throw fail('refused', 'locked', `Run ${seen.activeRun} is active on gateway ${gateway}`, {
      next: guidance`Wait for it to finish, or cancel it with ${slashCommand(`cancel ${seen.activeRun}`)}.`,
    });
  }
  if (hashOf(seen) !== approved) {
    await notifier.showTeardown(to, { ...seen, isStale: true });
    return 'stale';
  }
  await runs.teardown({
    runId: to.job,
    gateway,
    removeApps,
    by: whoOf(to),
    approval,
  });
}

/** Of the deleted resources; kept apps may change at any time. */
function hashOf({ gateway, removeApps, goes }: GatewayTeardown): string {
  const text = JSON.stringify([gateway, removeApps, goes]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
