// Analytics rows of the Apigee runtime's calls, by second, later by minute.
import type { SandboxContext } from '../core/context.ts';

/** Simulated: the documented lag of statistics behind the traffic. */
const lagMs = 10 * 60_000;
/** Rows older than this are merged by minute. */
const fineMs = 10 * 60_000;
const minuteMs = 60_000;

/** Dimensions by the names that the statistics API gives them; absent: `(not set)`. */
export type Dimensions = Readonly<
  Partial<
    Record<
      | 'apiproxy'
      | 'api_product'
      | 'developer'
      | 'developer_app'
      | 'developer_email'
      | 'request_verb'
      | 'proxy_pathsuffix'
      | 'response_status_code'
      | 'ax_edge_execution_fault_code',
      string
    >
  >
>;

export interface Call {
  readonly organization: string;
  readonly environment: string;
  readonly dimensions: Dimensions;
  /** Real ms since the epoch. */
  readonly at: number;
  readonly responseMs: number;
  /** Source of the error, for a failed call. */
  readonly error?: 'policy' | 'target' | undefined;
}

/** Identical calls of one second or one minute. */
export interface StatRow {
  organization: string;
  environment: string;
  dimensions: Dimensions;
  /** Start of its second or minute. */
  at: number;
  /** Time of the last of its calls. */
  lastAt: number;
  calls: number;
  policyErrors: number;
  targetErrors: number;
  responseMs: { sum: number; min: number; max: number };
}

export interface AnalyticsState {
  rows: StatRow[];
  /** Rows before this time are by minute. */
  foldedUpTo: number;
}

export const analyticsState = (context: SandboxContext): AnalyticsState =>
  context.state<AnalyticsState>('analytics', () => ({ rows: [], foldedUpTo: 0 }));

export function countCall(context: SandboxContext, call: Call): void {
  const state = analyticsState(context);
  const { at, responseMs, error, ...rest } = call;
  add(state.rows, {
    ...rest,
    at: at - (at % 1000),
    lastAt: at,
    calls: 1,
    policyErrors: error === 'policy' ? 1 : 0,
    targetErrors: error === 'target' ? 1 : 0,
    responseMs: { sum: responseMs, min: responseMs, max: responseMs },
  });
  fold(state, context.clock.now());
  context.changed('analytics');
}

/** Rows old enough for the statistics API to report. */
export function toldRows(context: SandboxContext): readonly StatRow[] {
  const until = context.clock.now() - context.clock.scaled(lagMs);
  return analyticsState(context).rows.filter((row) => row.lastAt <= until);
}

/** Rows of one time are at the end of the list, so only those are searched. */
function add(rows: StatRow[], row: StatRow): void {
  const key = keyOf(row);
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const other = rows[index];
    if (other === undefined || other.at < row.at) break;
    if (other.at === row.at && keyOf(other) === key) return merge(other, row);
  }
  rows.push(row);
}

function merge(into: StatRow, row: StatRow): void {
  into.lastAt = Math.max(into.lastAt, row.lastAt);
  into.calls += row.calls;
  into.policyErrors += row.policyErrors;
  into.targetErrors += row.targetErrors;
  into.responseMs.sum += row.responseMs.sum;
  into.responseMs.min = Math.min(into.responseMs.min, row.responseMs.min);
  into.responseMs.max = Math.max(into.responseMs.max, row.responseMs.max);
}

const keyOf = ({ organization, environment, dimensions }: StatRow): string =>
  JSON.stringify([
    organization,
    environment,
    Object.entries(dimensions).toSorted(([left], [right]) => left.localeCompare(right)),
  ]);

/** Runs once a minute: a long-lived sandbox keeps one row a minute instead of one per call. */
function fold(state: AnalyticsState, now: number): void {
  const until = now - fineMs - ((now - fineMs) % minuteMs);
  if (until <= state.foldedUpTo) return;
  const coarse: StatRow[] = [];
  for (const row of state.rows.toSorted((left, right) => left.at - right.at)) {
    if (row.at < until) add(coarse, { ...row, at: row.at - (row.at % minuteMs) });
    else coarse.push(row);
  }
  state.rows = coarse;
  state.foldedUpTo = until;
}
