// Job kinds: payload, attempts and outcome.
import type { FaultCode } from '../kernel/fault-codes.ts';
import type { z } from 'zod';
import { LlmgwError, fail, faultAbout, toFault } from '../kernel/errors.ts';
import { notYet } from '../kernel/not-yet.ts';
import type { Addressee } from './addressee.ts';
import type { JobContext } from './context.ts';

/** People whose Home a job changes. */
export type Touched = 'everybody' | readonly string[];

/** One kind of job. The queue makes up to `attempts` attempts at transient faults; a process runs `concurrency` at once. */
export interface JobKind<Schema extends z.ZodType<LeastPayload>, Context extends JobContext> {
  readonly payload: Schema;
  readonly attempts: number;
  readonly concurrency: number;
  /** Scheduled, not started by a person: it waits for days, and no list shows it. */
  readonly isTimed?: true;
  /** Name in the audit trail, such as `key.revoke`; undefined for a job that leaves no entry. */
  audits?(payload: z.output<Schema>): string | undefined;
  /** Slack ids of people whose Home it changes. */
  touches?(payload: z.output<Schema>): Touched;
  /** Names the thing that only one job at a time may change. */
  excludes?(payload: z.output<Schema>): string | undefined;
  /** Message at the end of the job, whatever its outcome. */
  tellsAtEnd?(payload: z.output<Schema>): readonly Telling[];
  /** @returns the outcome, if it is not the intended one. */
  perform(context: Context, payload: z.output<Schema>): Promise<string | void>;
}

/** One call of a notifier's send-only method, as JSON: stored until Slack has accepted it. */
export interface Telling {
  /** Name of the method. */
  readonly what: string;
  /** Never a secret: registered ones are masked before it is stored. */
  readonly args: readonly unknown[];
}

export interface JobEnd {
  readonly status: 'ok' | 'refused' | 'failed';
  /** Of the fault. */
  readonly code?: FaultCode;
  /** An outcome without a fault that is not the intended one: `idle` (nothing was due), `asked`, `stale`, `kept`. */
  readonly how?: string;
}

export interface LeastPayload {
  /** Absent for a job about all gateways. */
  readonly gateway?: string;
  readonly to: Addressee;
}

export interface Job<
  Name extends string = string,
  Schema extends z.ZodType<LeastPayload> = z.ZodType<LeastPayload>,
  Context extends JobContext = JobContext,
> extends JobKind<Schema, Context> {
  /** Of its queue. */
  readonly name: Name;
  /**
   * Runs the job and reports its outcome to the requester, also a failure.
   * @throws a transient fault that the queue will retry; the signal's reason on shutdown.
   */
  run(payload: unknown, context: Context): Promise<JobEnd>;
  /** Result of `audits`; undefined also for an unreadable payload. */
  auditName(payload: unknown): string | undefined;
  homesTouched(payload: unknown): Touched;
  /** As `excludes` says. */
  excluded(payload: unknown): string | undefined;
  /** Place of the job's outcome, and the message with each. */
  endOf(
    payload: unknown,
  ): { readonly to: Addressee; readonly tellings: readonly Telling[] } | undefined;
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
    excluded: (payload) => {
      const known = read(payload);
      return known === undefined ? undefined : kind.excludes?.(known);
    },
    endOf: (payload) => {
      const known = read(payload);
      if (known === undefined) return undefined;
      return { to: known.to, tellings: kind.tellsAtEnd?.(known) ?? [] };
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
    throw fail('bug', 'bad_payload', `Job ${name} has an unreadable payload`);
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
    if (!(error instanceof LlmgwError))
      context.log.error({ job: payload.to.job, err: fault }, 'unexpected error');
    await context.notifier.fail(payload.to, faultAbout(fault, payload.gateway));
    const isRefused = fault.kind === 'refused' || fault.kind === 'invalid';
    return { status: isRefused ? 'refused' : 'failed', code: fault.code };
  }
}
