// Query of the statistics API: metrics, time range, unit, filter, order, and its errors.
import { invalidArgument } from '../google/api-error.ts';
import type { ApiCall } from '../google/serve-api.ts';
import type { Dimensions, StatRow } from './analytics.ts';

export type DimensionName = keyof Dimensions;

const dimensionNames: readonly DimensionName[] = [
  'apiproxy',
  'api_product',
  'developer',
  'developer_app',
  'developer_email',
  'request_verb',
  'proxy_pathsuffix',
  'response_status_code',
  'ax_edge_execution_fault_code',
];

const units = ['second', 'minute', 'hour', 'day', 'week', 'month'] as const;
export type TimeUnit = (typeof units)[number];

export interface Metric {
  /** As written in the request and repeated in the answer: `sum(message_count)`. */
  readonly name: string;
  readonly of: (rows: readonly StatRow[]) => number;
}

export interface StatsQuery {
  readonly dimensions: readonly DimensionName[];
  readonly metrics: readonly Metric[];
  /** Real ms since the epoch, both included. */
  readonly from: number;
  readonly to: number;
  readonly unit: TimeUnit | undefined;
  /** Offset of the caller's days from UTC, in minutes. */
  readonly offsetMinutes: number;
  readonly matches: (row: StatRow) => boolean;
  readonly sortBy: Metric | undefined;
  readonly isAscending: boolean;
  readonly isTimeAscending: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** @throws ApiError 400 */
export function readStatsQuery({ params, query }: ApiCall): StatsQuery {
  const metrics = metricsIn(query.get('select') ?? '');
  if (metrics.length === 0) throw invalidArgument('select is required: name at least one metric');
  const [from, to] = readRange(query.get('timeRange') ?? '');
  const unit = query.get('timeUnit');
  const known = units.find((one) => one === unit);
  if (unit !== null && known === undefined) throw invalidArgument(`invalid timeUnit "${unit}"`);
  return {
    dimensions: (params['dimensions'] ?? '')
      .split(',')
      .filter((name) => name !== '')
      .map(dimensionNamed),
    metrics,
    from,
    to,
    unit: known,
    offsetMinutes: Number(query.get('tzo') ?? 0) || 0,
    matches: readFilter(query.get('filter') ?? ''),
    sortBy: metricsIn(query.get('sortby') ?? '')[0],
    isAscending: query.get('sort')?.toUpperCase() === 'ASC',
    isTimeAscending: query.get('tsAscending') === 'true',
    offset: count(query.get('offset')) ?? 0,
    limit: Math.min(
      count(query.get('topk')) ?? Number.POSITIVE_INFINITY,
      count(query.get('limit')) ?? Number.POSITIVE_INFINITY,
    ),
  };
}

function dimensionNamed(name: string): DimensionName {
  const found = dimensionNames.find((one) => one === name);
  if (found === undefined) throw invalidArgument(`invalid dimension "${name}"`);
  return found;
}

const total = (rows: readonly StatRow[], of: (row: StatRow) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

const measures: Readonly<Record<string, Metric['of']>> = {
  'sum(message_count)': (rows) => total(rows, (row) => row.calls),
  'sum(is_error)': (rows) => total(rows, (row) => row.policyErrors + row.targetErrors),
  'sum(policy_error)': (rows) => total(rows, (row) => row.policyErrors),
  'sum(target_error)': (rows) => total(rows, (row) => row.targetErrors),
  'sum(total_response_time)': (rows) => total(rows, (row) => row.responseMs.sum),
  'avg(total_response_time)': (rows) =>
    total(rows, (row) => row.responseMs.sum) /
    Math.max(
      1,
      total(rows, (row) => row.calls),
    ),
  'min(total_response_time)': (rows) => Math.min(...rows.map((row) => row.responseMs.min)),
  'max(total_response_time)': (rows) => Math.max(...rows.map((row) => row.responseMs.max)),
};

function metricsIn(select: string): Metric[] {
  return select
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const of = measures[name.toLowerCase()];
      if (of === undefined) throw invalidArgument(`invalid metric "${name}" in select`);
      return { name, of };
    });
}

function readRange(text: string): [from: number, to: number] {
  const [from = Number.NaN, to = Number.NaN] = text.split('~').map(readTime);
  if (Number.isNaN(from) || Number.isNaN(to)) {
    throw invalidArgument(`invalid timeRange "${text}": MM/DD/YYYY HH:MM~MM/DD/YYYY HH:MM`);
  }
  if (to < from) throw invalidArgument('timeRange ends before it starts');
  return [from, to];
}

function readTime(text: string): number {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})$/.exec(text.trim());
  if (match === null) return Number.NaN;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = match.slice(1).map(Number);
  const isReal = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60;
  return isReal ? Date.UTC(year, month - 1, day, hour, minute) : Number.NaN;
}

function count(text: string | null): number | undefined {
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw invalidArgument(`"${text}" is not a count`);
  return value;
}

type Test = StatsQuery['matches'];

const term = /^\(*\s*(\w+)\s+(eq|ne|in|notin)\s+((?:'[^']*'\s*,?\s*)+)\)*$/;

/** `(developer_app eq 'a' and developer_email in 'x','y')`: terms joined by `and`, or by `or`. */
function readFilter(text: string): Test {
  if (text.trim() === '') return () => true;
  const parts = text.split(/\s+(and|or)\s+/);
  const words = new Set(parts.filter((_, index) => index % 2 === 1));
  if (words.size > 1) throw invalidArgument('a filter that mixes and with or is not imitated');
  const tests = parts.filter((_, index) => index % 2 === 0).map(readTerm);
  return words.has('or')
    ? (row) => tests.some((test) => test(row))
    : (row) => tests.every((test) => test(row));
}

function readTerm(text: string): Test {
  const match = term.exec(text.trim());
  if (match === null) throw invalidArgument(`invalid filter "${text}"`);
  const [, name = '', operator = '', list = ''] = match;
  const dimension = dimensionNamed(name);
  const values = Array.from(list.matchAll(/'([^']*)'/g), (one) => one[1]);
  const isWanted = operator === 'eq' || operator === 'in';
  return (row) => values.includes(row.dimensions[dimension] ?? '(not set)') === isWanted;
}
