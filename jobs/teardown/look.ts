// The job before a teardown: looks at what would go and what would stay, and asks; or begins what another operator approved.
import { createHash } from 'node:crypto';
import { fail } from '../../src/errors.ts';
import { approvalId, askSecond, needsSecond, requireSecond } from '../approvals.ts';
import type { GatewayTeardown } from '../audience.ts';
import type { JobContext } from '../context.ts';
import type { TeardownPayload } from '../payloads.ts';
import { lookAround } from './look-around.ts';

/** @returns `stale` when other things go by now than what was approved. */
export async function teardownLook(
  context: JobContext,
  payload: TeardownPayload,
): Promise<string | void> {
  const { approved, isWished, to } = payload;
  const seen = await look(context, payload);
  if (approved !== undefined) return begin(context, payload, seen, approved);
  const isReady = seen.goes.length > 0 && seen.holding === undefined;
  if (!isWished || !isReady || !needsSecond(context, 'teardown')) {
    return context.audience.showTeardown(to, seen);
  }
  const { gateway, removeApps } = seen;
  const hash = hashOf(seen);
  await askSecond(context, to, {
    kind: 'teardown',
    id: approvalId(to.job, hash),
    gateway,
    by: { user: to.user, channel: to.channel },
    hash,
    runId: to.job,
    removeApps,
    summary: seen.goes.map((name) => `goes: ${name}`),
  });
}

async function look(
  context: JobContext,
  { gateway, removeApps, to }: TeardownPayload,
): Promise<GatewayTeardown> {
  const { log, runs, signal } = context;
  const [{ env, moved, elsewhere }, holding] = await Promise.all([
    context.provisioned(gateway),
    runs.holding(gateway),
  ]);
  const surroundings = await lookAround(
    { env, runId: to.job, target: gateway, input: { removeApps }, outputs: {}, signal, log },
    { removeApps },
  );
  return { gateway, removeApps, holding, moved, elsewhere, ...surroundings };
}

/** It begins if the same things go as when it was approved; else it is shown anew, and nothing begins. */
async function begin(
  context: JobContext,
  { gateway, removeApps, second, to }: TeardownPayload,
  seen: GatewayTeardown,
  approved: string,
): Promise<string | void> {
  const { audience, runs } = context;
  requireSecond(context, 'teardown', { by: to.user, second });
  if ((await runs.find(to.job)) !== undefined) return;
  if (seen.holding !== undefined) {
    throw fail(
      'refused',
      'locked',
      `The run ${seen.holding} is at work on the gateway ${gateway}`,
      {
        next: 'Wait for its card, or stop it with `/llmgw cancel`.',
      },
    );
  }
  if (hashOf(seen) !== approved) {
    await audience.showTeardown(to, { ...seen, isStale: true });
    return 'stale';
  }
  await runs.teardown({
    runId: to.job,
    gateway,
    removeApps,
    by: { user: to.user, channel: to.channel },
    approvedBy: second,
  });
}

/** Of what goes; people's apps that stay come and go meanwhile. */
function hashOf({ gateway, removeApps, goes }: GatewayTeardown): string {
  const text = JSON.stringify([gateway, removeApps, goes]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
