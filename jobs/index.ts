// The one list of what the bot can do: jobs with their payloads, and runbooks. Slack enqueues from it, the worker runs it.
import type { z } from 'zod';
import { type Fault, LlmgwError, fail, toFault } from '../src/errors.ts';
import { ask } from './ask/ask.ts';
import type { JobContext } from './context.ts';
import { doctor } from './doctor.ts';
import { key } from './key.ts';
import { keyLater } from './key/later.ts';
import {
  askPayload,
  doctorPayload,
  keyLaterPayload,
  keyPayload,
  planPayload,
  quotaPayload,
  statusPayload,
  teardownPayload,
} from './payloads.ts';
import { plan } from './plan.ts';
import { notYet } from './not-yet.ts';
import { withGateway } from './named-commands.ts';
import { provision } from './provision/runbook.ts';
import { quota } from './quota.ts';
import { status } from './status.ts';
import { teardownLook } from './teardown/look.ts';
import { teardown } from './teardown/runbook.ts';

/** Each job has a queue of its own, named like it; the queue tries a transient fault again up to `attempts` times. */
export const jobs = {
  key: { name: 'key', payload: keyPayload, attempts: 4, concurrency: 8, perform: key },
  'key-later': {
    name: 'key-later',
    payload: keyLaterPayload,
    attempts: 20,
    concurrency: 4,
    perform: keyLater,
  },
  ask: { name: 'ask', payload: askPayload, attempts: 3, concurrency: 500, perform: ask },
  status: { name: 'status', payload: statusPayload, attempts: 2, concurrency: 8, perform: status },
  quota: { name: 'quota', payload: quotaPayload, attempts: 3, concurrency: 4, perform: quota },
  doctor: { name: 'doctor', payload: doctorPayload, attempts: 2, concurrency: 4, perform: doctor },
  plan: { name: 'plan', payload: planPayload, attempts: 2, concurrency: 4, perform: plan },
  'teardown-look': {
    name: 'teardown-look',
    payload: teardownPayload,
    attempts: 3,
    concurrency: 4,
    perform: teardownLook,
  },
} as const;

export type JobName = keyof typeof jobs;
export type JobPayload<Name extends JobName> = z.input<(typeof jobs)[Name]['payload']>;

export const runbooks = [provision, teardown] as const;

export interface JobEnd {
  readonly status: 'ok' | 'refused' | 'failed';
  /** Of the fault. */
  readonly code?: string;
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
  switch (name) {
    case 'key':
      return settle(jobs.key, payload, context);
    case 'key-later':
      return settle(jobs['key-later'], payload, context);
    case 'ask':
      return settle(jobs.ask, payload, context);
    case 'status':
      return settle(jobs.status, payload, context);
    case 'plan':
      return settle(jobs.plan, payload, context);
    case 'quota':
      return settle(jobs.quota, payload, context);
    case 'doctor':
      return settle(jobs.doctor, payload, context);
    case 'teardown-look':
      return settle(jobs['teardown-look'], payload, context);
  }
}

interface LeastPayload {
  readonly gateway: string;
  readonly to: { readonly job: string; readonly user: string; readonly channel: string };
}

interface JobKind<Schema extends z.ZodType<LeastPayload>> {
  readonly name: string;
  readonly payload: Schema;
  perform(context: JobContext, payload: z.output<Schema>): Promise<void>;
}

async function settle<Schema extends z.ZodType<LeastPayload>>(
  kind: JobKind<Schema>,
  given: unknown,
  context: JobContext,
): Promise<JobEnd> {
  const parsed = kind.payload.safeParse(given);
  if (!parsed.success) {
    throw fail(
      'bug',
      'bad_payload',
      `The job ${kind.name} was enqueued with a payload it cannot read`,
    );
  }
  const payload = parsed.data;
  try {
    await kind.perform(context, payload);
    return { status: 'ok' };
  } catch (error) {
    context.signal.throwIfAborted();
    const fault = toFault(error);
    const isTriedAgain = fault.kind === 'transient' && !context.isLastAttempt;
    if (isTriedAgain || fault.code === notYet) throw error;
    context.log.warn({ job: payload.to.job, kind: fault.kind, code: fault.code }, 'job failed');
    if (!(error instanceof LlmgwError)) context.log.error({ job: payload.to.job, fault }, 'bug');
    await context.audience.fail(payload.to, aboutGateway(fault, payload.gateway));
    const isRefused = fault.kind === 'refused' || fault.kind === 'invalid';
    return { status: isRefused ? 'refused' : 'failed', code: fault.code };
  }
}

function aboutGateway(fault: Fault, gateway: string): Fault {
  return fault.next === undefined ? fault : { ...fault, next: withGateway(fault.next, gateway) };
}
