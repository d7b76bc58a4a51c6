// A kind of job: its payload, its tries, and how its outcome is told.
import type { FaultCode } from '../kernel/fault-codes.ts';
import type { z } from 'zod';
import { LlmgwError, fail, faultAbout, toFault } from '../kernel/errors.ts';
import { notYet } from '../kernel/not-yet.ts';
import type { JobContext } from './context.ts';

/** Whose Home a job changes. */
export type Touched = 'everybody' | readonly string[];

/** One kind of job. The queue tries a transient fault again up to `attempts` times; a process works on `concurrency` at once. */
export interface JobKind<Schema extends z.ZodType<LeastPayload>, Context extends JobContext> {
  readonly payload: Schema;
  readonly attempts: number;
  readonly concurrency: number;
  /** Begun by time and not by a person: it waits for days, and is nothing to look at. */
  readonly isTimed?: true;
  /** What the audit trail calls it, such as `key.revoke`; undefined for a job that leaves no entry. */
  audits?(payload: z.output<Schema>): string | undefined;
  /** Slack ids of those whose Home it changes. */
  touches?(payload: z.output<Schema>): Touched;
  /** @returns how it ended, where that is not as it was meant. */
  perform(context: Context, payload: z.output<Schema>): Promise<string | void>;
}

export interface JobEnd {
  readonly status: 'ok' | 'refused' | 'failed';
  /** Of the fault. */
  readonly code?: FaultCode;
  /** Where it ended well, but not as it was meant: `idle` (nothing was due), `asked`, `stale`, `kept`. */
  readonly how?: string;
}

export interface LeastPayload {
  /** Absent where it is about all of them. */
  readonly gateway?: string;
  readonly to: { readonly job: string; readonly user: string; readonly channel: string };
}

export interface Job<
  Name extends string = string,
  Schema extends z.ZodType<LeastPayload> = z.ZodType<LeastPayload>,
  Context extends JobContext = JobContext,
> extends JobKind<Schema, Context> {
  /** Of its queue. */
  readonly name: Name;
  /**
   * Runs the job to its outcome, which its asker is told, also when it failed.
   * @throws the fault itself while it is transient and the queue will try again; the signal's reason on shutdown.
   */
  run(payload: unknown, context: Context): Promise<JobEnd>;
  /** As `audits` says; undefined also for a payload that cannot be read. */
  auditName(payload: unknown): string | undefined;
  homesTouched(payload: unknown): Touched;
}

export function job<
  const Name extends string,
  Schema extends z.ZodType<LeastPayload>,
  Context extends JobContext,
>(name: Name, kind: JobKind<Schema, Context>): Job<Name, Schema, Context> {
  const read = (payload: unknown) => kind.payload.safeParse(payload).data;
  return {
    name,
    ...kind,
    run: (payload, context) => settle(name, kind, read(payload), context),
    auditName: (payload) => {
      const known = read(payload);
      return known === undefined ? undefined : kind.audits?.(known);
    },
    homesTouched: (payload) => {
      const known = read(payload);
      return known === undefined ? [] : (kind.touches?.(known) ?? []);
    },
  };
}

async function settle<Schema extends z.ZodType<LeastPayload>, Context extends JobContext>(
  name: string,
  kind: JobKind<Schema, Context>,
  payload: z.output<Schema> | undefined,
  context: Context,
): Promise<JobEnd> {
  if (payload === undefined) {
    throw fail('bug', 'bad_payload', `The job ${name} was enqueued with a payload it cannot read`);
  }
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
    await context.notifier.fail(payload.to, faultAbout(fault, payload.gateway));
    const isRefused = fault.kind === 'refused' || fault.kind === 'invalid';
    return { status: isRefused ? 'refused' : 'failed', code: fault.code };
  }
}
