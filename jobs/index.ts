// The one list of what the bot can do: jobs with their payloads, and runbooks. Slack enqueues from it, the worker runs it.
import type { z } from 'zod';
import { LlmgwError, fail, toFault } from '../src/kernel/errors.ts';
import { approvalNews } from './approvals/job.ts';
import { ask } from './ask/job.ts';
import type { JobContext } from './context.ts';
import { doctor } from './health/doctor/job.ts';
import { home } from './home/job.ts';
import { key } from './keys/job.ts';
import { keyLater } from './keys/later-job.ts';
import {
  approvalNewsPayload,
  askPayload,
  doctorPayload,
  homePayload,
  keyLaterPayload,
  keyPayload,
  planPayload,
  quotaPayload,
  quotaRequestPayload,
  retryPayload,
  statusPayload,
  teardownPayload,
} from './payloads.ts';
import { plan } from './provision/plan-job.ts';
import { notYet } from '../src/kernel/not-yet.ts';
import { faultAbout } from '../src/kernel/named-commands.ts';
import { provision } from './provision/runbook.ts';
import { quota } from './quota/job.ts';
import { quotaRequest } from './quota/request-job.ts';
import { retryLook } from './runs/retry-job.ts';
import { status } from './health/status/job.ts';
import { teardownLook } from './teardown/job.ts';
import { teardown } from './teardown/runbook.ts';

/** One kind of job. The queue tries a transient fault again up to `attempts` times; a process works on `concurrency` at once. */
interface JobKind<Schema extends z.ZodType<LeastPayload>> {
  readonly payload: Schema;
  readonly attempts: number;
  readonly concurrency: number;
  /** @returns how it ended, where that is not as it was meant. */
  perform(context: JobContext, payload: z.output<Schema>): Promise<string | void>;
}

/** Each has a queue of its own, named like it. */
export const jobs = {
  key: job('key', { payload: keyPayload, attempts: 4, concurrency: 8, perform: key }),
  'key-later': job('key-later', {
    payload: keyLaterPayload,
    attempts: 20,
    concurrency: 4,
    perform: keyLater,
  }),
  'approval-news': job('approval-news', {
    payload: approvalNewsPayload,
    attempts: 20,
    concurrency: 4,
    perform: approvalNews,
  }),
  ask: job('ask', { payload: askPayload, attempts: 3, concurrency: 500, perform: ask }),
  status: job('status', { payload: statusPayload, attempts: 2, concurrency: 8, perform: status }),
  home: job('home', { payload: homePayload, attempts: 5, concurrency: 4, perform: home }),
  quota: job('quota', { payload: quotaPayload, attempts: 3, concurrency: 4, perform: quota }),
  'quota-request': job('quota-request', {
    payload: quotaRequestPayload,
    attempts: 20,
    concurrency: 4,
    perform: quotaRequest,
  }),
  doctor: job('doctor', { payload: doctorPayload, attempts: 2, concurrency: 4, perform: doctor }),
  plan: job('plan', { payload: planPayload, attempts: 2, concurrency: 4, perform: plan }),
  'teardown-look': job('teardown-look', {
    payload: teardownPayload,
    attempts: 3,
    concurrency: 4,
    perform: teardownLook,
  }),
  'retry-look': job('retry-look', {
    payload: retryPayload,
    attempts: 3,
    concurrency: 4,
    perform: retryLook,
  }),
} as const;

export type JobName = keyof typeof jobs;
export type JobPayload<Name extends JobName> = z.input<(typeof jobs)[Name]['payload']>;

/** Begun by time and not by a person: they wait for days, and are nothing to look at. */
export const dueByTime: readonly JobName[] = ['key-later', 'approval-news'];

export const runbooks = [provision, teardown] as const;

export interface JobEnd {
  readonly status: 'ok' | 'refused' | 'failed';
  /** Of the fault. */
  readonly code?: string;
  /** Where it ended well, but not as it was meant: `idle` (nothing was due), `asked`, `stale`, `kept`. */
  readonly how?: string;
}

/**
 * Runs one job to its outcome, which its asker is told, also when it failed.
 * @throws the fault itself while it is transient and the queue will try again; the signal's reason on shutdown.
 */
export async function runJob(
  name: JobName,
  payload: unknown,
  context: JobContext,
): Promise<JobEnd> {
  return jobs[name].run(payload, context);
}

interface LeastPayload {
  /** Absent where it is about all of them. */
  readonly gateway?: string;
  readonly to: { readonly job: string; readonly user: string; readonly channel: string };
}

function job<Name extends string, Schema extends z.ZodType<LeastPayload>>(
  name: Name,
  kind: JobKind<Schema>,
) {
  const run = (payload: unknown, context: JobContext): Promise<JobEnd> =>
    settle(name, kind, payload, context);
  return { name, ...kind, run };
}

async function settle<Schema extends z.ZodType<LeastPayload>>(
  name: string,
  kind: JobKind<Schema>,
  given: unknown,
  context: JobContext,
): Promise<JobEnd> {
  const parsed = kind.payload.safeParse(given);
  if (!parsed.success) {
    throw fail('bug', 'bad_payload', `The job ${name} was enqueued with a payload it cannot read`);
  }
  const payload = parsed.data;
  try {
    const how = await kind.perform(context, payload);
    return { status: 'ok', ...(typeof how === 'string' ? { how } : {}) };
  } catch (error) {
    context.signal.throwIfAborted();
    const fault = toFault(error);
    const isTriedAgain = fault.kind === 'transient' && !context.isLastAttempt;
    if (isTriedAgain || fault.code === notYet) throw error;
    context.log.warn({ job: payload.to.job, kind: fault.kind, code: fault.code }, 'job failed');
    if (!(error instanceof LlmgwError)) context.log.error({ job: payload.to.job, fault }, 'bug');
    await context.audience.fail(payload.to, faultAbout(fault, payload.gateway));
    const isRefused = fault.kind === 'refused' || fault.kind === 'invalid';
    return { status: isRefused ? 'refused' : 'failed', code: fault.code };
  }
}
