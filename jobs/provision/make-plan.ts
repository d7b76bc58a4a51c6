// Plan from check results: steps to create, change, verify or leave, and problems.
import { formatQuota } from '../../src/kernel/quota-window.ts';
import type { Guidance } from '../../src/kernel/guidance.ts';
import type { GatewayPlan, PlannedStep } from './notifier.ts';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { GatewayConfig } from '../../src/kernel/config.ts';
import type { Fault, Json } from '../../src/kernel/errors.ts';
import { expectedMs } from '../../src/engine/critical-path.ts';
import { type CheckRow, allNeeds } from '../../src/engine/check-all.ts';
import { isPassing, unreadForWantOf } from '../../src/gateway/unread.ts';
import { formatDuration } from '../../src/kernel/duration.ts';
import type { ProvisionOptions } from '../../src/gateway/options.ts';
import { hourlyCost } from './cost.ts';

export interface PlanOf {
  /** Configuration with the options applied. */
  readonly gateway: GatewayConfig;
  /** Of the planned run. */
  readonly options: ProvisionOptions;
  readonly rows: readonly CheckRow[];
  /** Active run of the gateway. */
  readonly activeRun: string | undefined;
}

export function makePlan({ gateway, options, rows, activeRun }: PlanOf): GatewayPlan {
  const planned = rows.map((row) => planStep(row, rows));
  const steps = planned.map(({ step }) => step);
  const marks = planned.map(({ step, mark }) => [step.id, step.action, mark]);
  return {
    gateway: gateway.name,
    hash: digest([gateway, options, marks]),
    covers: {
      config: digest([gateway, options]),
      due: Object.fromEntries(
        planned.flatMap(({ step, mark }) =>
          step.action === 'leave' ? [] : [[step.id, dueAs(step.action, mark)]],
        ),
      ),
    },
    verdict: verdictOf(steps, options),
    steps,
    expectedMs: expectedMs(
      rows.map((row, index) => ({
        ...row,
        expectMs: steps[index]?.action === 'leave' ? 0 : row.expectMs,
      })),
    ),
    cost: hourlyCost(gateway),
    desired: desiredOf(gateway, options),
    activeRun,
  };
}

/** A creation is identified by its step alone: its reason changes while the run creates what it needs. */
const dueAs = (action: PlannedStep['action'], mark: Json): string =>
  action === 'change' ? `change ${digest(mark)}` : action;

/** The part of a plan that is stored until its approval. */
export type StoredPlan = Pick<GatewayPlan, 'hash' | 'desired'> & {
  readonly steps: readonly (Pick<PlannedStep, 'id' | 'title' | 'action'> & {
    readonly why?: string | undefined;
  })[];
};

/** The differences of a newer plan from the shown one, a line each. */
export function differences(before: StoredPlan, after: StoredPlan): string[] {
  const lines = after.steps.flatMap((step) => {
    const was = before.steps.find(({ id }) => id === step.id);
    if (was === undefined) return [`${step.title}: new`];
    if (was.action !== step.action) {
      const why = step.why === undefined ? '' : ` (${step.why})`;
      return [`${step.title}: ${actionWords[was.action]} → ${actionWords[step.action]}${why}`];
    }
    return was.why === step.why ? [] : [`${step.title}: ${was.why ?? ''} → ${step.why ?? ''}`];
  });
  const gone = before.steps
    .filter(({ id }) => !after.steps.some((step) => step.id === id))
    .map(({ title }) => `${title}: removed`);
  const desired = after.desired.flatMap(({ label, value }) => {
    const was = before.desired.find((one) => one.label === label)?.value;
    return was === value ? [] : [`${label}: ${was ?? 'not set'} → ${value}`];
  });
  return [...desired, ...lines, ...gone];
}

const actionWords = {
  create: 'create',
  change: 'change',
  prove: 'verify',
  leave: 'unchanged',
  blocked: 'blocked',
  unread: 'could not check',
} as const satisfies Record<PlannedStep['action'], string>;

interface Planned {
  readonly step: PlannedStep;
  /** The part of the finding that the approval is bound to. */
  readonly mark: Json;
}

function planStep(row: CheckRow, rows: readonly CheckRow[]): Planned {
  const { id, title, found } = row;
  const step = (action: PlannedStep['action'], why?: string, next?: Guidance): PlannedStep => ({
    id,
    title,
    action,
    ...(why === undefined ? {} : { why }),
    ...(next === undefined ? {} : { next }),
  });
  switch (found.state) {
    case 'done':
      return { step: step('leave'), mark: null };
    case 'drifted':
      return { step: step('change', found.what.join(', ')), mark: [...found.what] };
    case 'needed': {
      // A step inside a missing resource has no reason of its own.
      const reason = found.why === 'blocked_by' ? undefined : found.reason;
      // The observation of a verification differs each time; that it is due does not.
      return isProof(row)
        ? { step: step('prove', reason), mark: null }
        : { step: step('create', reason), mark: [found.why, ...(found.of ?? [])] };
    }
    case 'refused': {
      const named = firstToName(found.why, row, rows);
      if (named !== undefined) {
        const why = `depends on ${named.title}`;
        return { step: step('create', why), mark: found.why.code };
      }
      return { step: step('blocked', found.why.message, found.why.next), mark: found.why.code };
    }
    case 'unread': {
      const first = unreadForWantOf(row, rows) ?? refusedBefore(row, found.why, rows);
      if (first !== undefined) {
        const why = `depends on ${first.title}`;
        return { step: step(isProof(row) ? 'prove' : 'create', why), mark: null };
      }
      return { step: step('unread', found.why.message, found.why.next), mark: found.why.code };
    }
  }
}

const isProof = ({ kind }: CheckRow): boolean => kind === 'verify';

/** A needed step with the same problem, so that each problem is shown once. */
function firstToName(why: Fault, row: CheckRow, rows: readonly CheckRow[]): CheckRow | undefined {
  const needs = allNeeds(rows, row.id);
  return rows.find(
    ({ id, found }) =>
      needs.includes(id) && found.state === 'refused' && obstacles(found.why).includes(why.code),
  );
}

/** Codes of all problems in a refusal: the preconditions come as one fault. */
function obstacles({ code, details }: Fault): readonly string[] {
  const codes = namedCodes.safeParse(details);
  return codes.success ? codes.data.codes : [code];
}

const namedCodes = z.object({ codes: z.array(z.string()) });

/** A refusal that a person must fix first; the next plan then reads the rest. */
function refusedBefore(row: CheckRow, why: Fault, rows: readonly CheckRow[]): CheckRow | undefined {
  if (isPassing(why)) return undefined;
  const needs = allNeeds(rows, row.id);
  return rows.find(({ id, found }) => needs.includes(id) && found.state === 'refused');
}

function verdictOf(
  steps: readonly PlannedStep[],
  { leaseMs }: ProvisionOptions,
): GatewayPlan['verdict'] {
  if (steps.some(({ action }) => action === 'blocked' || action === 'unread')) return 'blocked';
  // A lease starts at the end of a run, so it needs a run even without changes.
  const isInSync = leaseMs === undefined && steps.every(({ action }) => action === 'leave');
  return isInSync ? 'in_sync' : 'ready';
}

function desiredOf(gateway: GatewayConfig, options: ProvisionOptions): GatewayPlan['desired'] {
  const { quota } = gateway;
  return [
    {
      label: 'Cluster',
      value: `${gateway.clusterName} in ${gateway.zone}, project ${gateway.projectId}`,
    },
    { label: 'Nodes', value: `${gateway.nodeCount} × ${gateway.machineType}` },
    { label: 'Model', value: gateway.model },
    {
      label: 'Protection',
      value: `Apigee ${gateway.apigeeOrg}, environment ${gateway.apigeeEnv}, ${formatQuota(quota)} per app`,
    },
    ...(gateway.keyApproval === 'manual'
      ? [{ label: 'Keys', value: 'each new key needs an approval' }]
      : []),
    ...(options.guarded === true
      ? [{ label: 'Protect first', value: 'protected before it is reachable' }]
      : []),
    ...(options.leaseMs === undefined
      ? []
      : [
          {
            label: 'Lease',
            value: `torn down ${formatDuration(options.leaseMs)} after it is ready`,
          },
        ]),
  ];
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
