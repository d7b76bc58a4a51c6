// Parallel checks of a runbook: one row per step, no writes.
import pTimeout from 'p-timeout';
import { setTimeout as after } from 'node:timers/promises';
import { type Fault, fail, toFault } from '../kernel/errors.ts';
import { retryDelay } from './pace.ts';
import { retryPolicies } from './retry-policies.ts';
import { type Check, type Runbook, type Step, type StepContext, stepsFor } from './step.ts';

/** Result of a check; or the reason for none, as it failed or took too long. */
export type Found = Check | { readonly state: 'unread'; readonly why: Fault };

export interface CheckRow extends Pick<
  Step<never>,
  'id' | 'title' | 'needs' | 'kind' | 'serves' | 'pods' | 'part'
> {
  /** Typical duration of the step when it is needed, ms. */
  readonly expectMs: number;
  readonly found: Found;
}

/** `full`: every check. `glance`: only the glances of steps that have one. */
export type CheckDepth = 'full' | 'glance';

export interface CheckAllOptions {
  /** `full` by default. */
  readonly depth?: CheckDepth;
  /** Maximum duration of one check including its retries, ms. */
  readonly checkMs?: number;
  /** Tries of a check that throws transient faults. */
  readonly tries?: number;
}

/** Checks read the cloud and never the journal, so they need no outputs. */
export type CheckAllContext<Env> = Omit<StepContext<Env>, 'outputs'>;

/** Longer than one call of a client, so that the client's own error for a hanging service arrives. */
const defaultCheckMs = 40_000;
const defaultTries = 3;

/**
 * Runs all checks in parallel. Rows are in the order of the graph: a step comes after its needs.
 * A check that throws makes its own row `unread` and hides no other.
 * @throws the signal's reason once it is aborted.
 */
export async function checkAll<Env>(
  runbook: Pick<Runbook<Env>, 'steps' | 'variants'>,
  context: CheckAllContext<Env>,
  options: CheckAllOptions = {},
): Promise<CheckRow[]> {
  const rows = await Promise.all(
    stepsAt(options.depth, inGraphOrder(stepsFor(runbook, context.input))).map(
      async (step): Promise<CheckRow> => ({
        ...rowOf(step),
        found: await lookAt(step, context, options),
      }),
    ),
  );
  context.signal.throwIfAborted();
  return rows;
}

/** The parts of a step in its row. */
export function rowOf({
  id,
  title,
  needs,
  kind,
  expectMs,
  ...traits
}: Step<never>): Omit<CheckRow, 'found'> {
  const { serves, pods, part } = traits;
  return {
    id,
    title,
    needs,
    kind,
    expectMs,
    ...(serves === undefined ? {} : { serves }),
    ...(pods === undefined ? {} : { pods }),
    ...(part === undefined ? {} : { part }),
  };
}

/** At a glance, a step has the needs of the omitted steps between. */
function stepsAt<Env>(depth: CheckDepth | undefined, steps: readonly Step<Env>[]): Step<Env>[] {
  if (depth !== 'glance') return [...steps];
  const needsOf = (step: Step<Env>): string[] =>
    step.needs.flatMap((id) => {
      const need = steps.find((one) => one.id === id);
      if (need === undefined) return [];
      return need.glance === undefined ? needsOf(need) : [id];
    });
  return steps.flatMap((step) => {
    const { glance } = step;
    return glance === undefined ? [] : [{ ...step, needs: needsOf(step), check: glance }];
  });
}

/** All needs of a step, direct and indirect. */
export function allNeeds(rows: readonly Pick<CheckRow, 'id' | 'needs'>[], id: string): string[] {
  const found = new Set<string>();
  const add = (of: string): void => {
    for (const need of rows.find((row) => row.id === of)?.needs ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      add(need);
    }
  };
  add(id);
  return [...found];
}

/** Rows that are out of sync although all their needs are in sync: origins of problems. In graph order. */
export function rootsOf(rows: readonly CheckRow[]): CheckRow[] {
  const wrong = new Set(rows.filter(({ found }) => found.state !== 'done').map(({ id }) => id));
  return rows.filter(({ id }) => wrong.has(id) && !allNeeds(rows, id).some((n) => wrong.has(n)));
}

async function lookAt<Env>(
  step: Step<Env>,
  context: CheckAllContext<Env>,
  { checkMs = defaultCheckMs, tries = defaultTries }: CheckAllOptions,
): Promise<Found> {
  const late = AbortSignal.timeout(checkMs);
  const signal = AbortSignal.any([context.signal, late]);
  const log = context.log.child({ step: step.id });
  let last: Fault | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A check that ignores its signal is abandoned.
      const checking = step.check({ ...context, outputs: {}, signal, log });
      return await pTimeout(checking, { milliseconds: Infinity, signal });
    } catch (error) {
      if (signal.aborted) return { state: 'unread', why: last ?? tooLate(step, checkMs, error) };
      const why = toFault(error);
      last = why;
      if (why.kind !== 'transient' || attempt >= tries) return { state: 'unread', why };
      await after(delayOf(step, attempt, why), undefined, { signal }).catch(() => undefined);
    }
  }
}

function delayOf(step: Pick<Step<never>, 'retry'>, attempt: number, fault: Fault): number {
  const policy = retryPolicies[step.retry];
  return retryDelay({ policy, attempt, fault, paceFactor: 1, random: Math.random() });
}

function tooLate(step: Pick<Step<never>, 'title'>, checkMs: number, cause: unknown): Fault {
  const seconds = Math.round(checkMs / 1_000);
  const isOurs = cause instanceof Error && ['AbortError', 'TimeoutError'].includes(cause.name);
  return fail(
    'deadline',
    'check_deadline',
    `${step.title}: the check took longer than ${seconds} s`,
    {
      next: 'Try again in a minute. The service may be slow or unavailable.',
      cause: isOurs ? undefined : cause,
    },
  ).fault;
}

/** Stable: steps keep the order of the table, but follow their needs. */
function inGraphOrder<Env>(steps: readonly Step<Env>[]): Step<Env>[] {
  const ordered: Step<Env>[] = [];
  const add = (step: Step<Env>): void => {
    if (ordered.includes(step)) return;
    for (const need of step.needs) {
      const needed = steps.find(({ id }) => id === need);
      if (needed !== undefined) add(needed);
    }
    ordered.push(step);
  };
  for (const step of steps) add(step);
  return ordered;
}
