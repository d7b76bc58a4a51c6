// List of all capabilities, with their commands, actions, submissions, jobs and runbooks.
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { bindRunbook } from '../src/engine/worker-options.ts';
import type { Envs } from '../src/gateway/envs.ts';
import { readProvisionInput } from '../src/gateway/options.ts';
import type { JobEnd } from '../src/job/job.ts';
import type { HandlerContext } from '../src/slack/dispatch/command.ts';
import { type SlackPart, handlersOf } from '../src/slack/dispatch/handlers.ts';
import type { PlatformHandlerContext, SlackWires } from '../src/slack/receive/receiver.ts';
import { approvals } from './approvals/index.ts';
import type { ApprovalContext } from './approvals/notifier.ts';
import type { ApprovalHandlerContext } from './approvals/handler-context.ts';
import { createApprovals } from './approvals/store.ts';
import { ask } from './ask/index.ts';
import type { AskContext } from './ask/context.ts';
import type { AskHandlerContext } from './ask/handler-context.ts';
import { createAskStore } from './ask/store.ts';
import { auditing } from './audit/index.ts';
import { health } from './health/index.ts';
import type { WatchHandlerContext } from './health/watch/handler-context.ts';
import type { DoctorContext } from './health/doctor/notifier.ts';
import type { StatusContext } from './health/status/notifier.ts';
import { createWatchStore } from './health/watch/store.ts';
import { help } from './help/index.ts';
import { home } from './home/index.ts';
import type { HomeContext } from './home/notifier.ts';
import type { HomeHandlerContext } from './home/handler-context.ts';
import { createHomePages } from './home/page.ts';
import { createHomeStore } from './home/store.ts';
import { keys } from './keys/index.ts';
import type { KeyContext } from './keys/notifier.ts';
import { carryOutKey } from './keys/decided.ts';
import { provisioning } from './provision/index.ts';
import { carryOutPlan } from './provision/decided.ts';
import { quota } from './quota/index.ts';
import type { QuotaContext } from './quota/notifier.ts';
import { carryOutQuota } from './quota/decided.ts';
import { endQuotaRequest } from './quota/follow-runs.ts';
import { retries } from './retry/index.ts';
import type { RetryContext } from './retry/job.ts';
import { runs } from './runs/index.ts';
import { tearingDown } from './teardown/index.ts';
import { carryOutTeardown } from './teardown/decided.ts';

/** In the order of `help`. */
const capabilities: readonly SlackPart<CapabilityHandlerContext>[] = [
  help,
  health,
  keys,
  ask,
  quota,
  runs,
  provisioning,
  tearingDown,
  auditing,
  approvals,
  home,
];

type CapabilityHandlerContext = ApprovalHandlerContext &
  AskHandlerContext &
  HomeHandlerContext &
  WatchHandlerContext;

/** Dependencies of all jobs together. */
export type CapabilityContext = ApprovalContext &
  AskContext &
  DoctorContext &
  HomeContext &
  KeyContext &
  QuotaContext &
  RetryContext &
  StatusContext;

export const handlers = handlersOf<CapabilityHandlerContext>(capabilities);

/** Each has a queue of its own, named like it. */
export const jobs = {
  ...keys.jobs,
  ...approvals.jobs,
  ...ask.jobs,
  ...health.jobs,
  ...home.jobs,
  ...quota.jobs,
  ...provisioning.jobs,
  ...tearingDown.jobs,
  ...retries.jobs,
};

export type JobName = keyof typeof jobs;
export type JobPayload<Name extends JobName> = z.input<(typeof jobs)[Name]['payload']>;

export const runbooks = [provisioning.runbook, tearingDown.runbook] as const;

/** Each runbook with the environment of its gateway. */
export function boundRunbooks({ envs, provisioned }: Envs) {
  return Object.fromEntries(
    runbooks.map((runbook) => [
      runbook.name,
      bindRunbook(runbook, async (target, input) =>
        runbook.name === provisioning.runbook.name
          ? envs(target, readProvisionInput(input))
          : (await provisioned(target)).env,
      ),
    ]),
  );
}

/** @throws as `Job.run` does. */
export async function runJob(
  name: JobName,
  payload: unknown,
  context: CapabilityContext,
): Promise<JobEnd> {
  return jobs[name].run(payload, context);
}

/** The platform's context with the stores of all capabilities. */
export function openHandlerContext(
  ctx: PlatformHandlerContext,
  { api, budget, redis, prefix }: SlackWires & { readonly redis: Redis; readonly prefix: string },
): HandlerContext {
  const { log } = ctx;
  const shared = {
    ...ctx,
    approvals: createApprovals(redis, prefix, log),
    homes: createHomeStore(redis, prefix, log),
  };
  const { leases, subscriptions } = createWatchStore(redis, prefix, log);
  const whole: CapabilityHandlerContext = {
    ...shared,
    asks: createAskStore(redis, prefix, log),
    homePages: createHomePages({ ...shared, api, budget }),
    leases,
    subscriptions,
    timedJobs: Object.values(jobs).flatMap((job) => (job.isTimed === true ? [job.name] : [])),
    carriers: {
      key: carryOutKey,
      quota: carryOutQuota,
      teardown: carryOutTeardown,
      provision: async (ctx, request, decided) => {
        await carryOutPlan(ctx, request, decided);
        if (decided.isApproved) return;
        // The run may come from a request for more quota.
        const end = { end: { status: 'denied' }, ending: 'denied' } as const;
        await endQuotaRequest(ctx, request.runId, request.gateway, end);
      },
    },
  };
  return whole;
}
