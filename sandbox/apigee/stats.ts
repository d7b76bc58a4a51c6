// The statistics API: an environment's calls by dimension and time, from real traffic.
import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../core/context.ts';
import type { ApiMethod } from '../google/serve-api.ts';
import { type StatRow, toldRows } from './analytics.ts';
import { environmentOf, organizationOf } from './lookup.ts';
import type { ApigeeState } from './state.ts';
import { type Metric, readStatsQuery, type StatsQuery, type TimeUnit } from './stats-query.ts';

export function statsMethods(context: SandboxContext, state: ApigeeState): ApiMethod[] {
  return [
    {
      id: 'apigee.organizations.environments.stats.get',
      verb: 'GET',
      // Without dimensions the path ends with its slash, or before it.
      path: '/v1/organizations/{organization}/environments/{environment}/stats/{dimensions}',
      lastMayBeEmpty: true,
      permission: 'apigee.environments.getStats',
      answer: (call) => {
        const org = organizationOf(state, call);
        const { name } = environmentOf(org, call.params['environment'] ?? '');
        const query = readStatsQuery(call);
        const rows = toldRows(context).filter(
          (row) =>
            row.organization === org.name &&
            row.environment === name &&
            row.at >= query.from &&
            row.at <= query.to &&
            query.matches(row),
        );
        return {
          environments: [{ name, ...results(query, rows) }],
          metaData: {
            errors: [],
            notices: ['Source:Big Query', `query served by:${randomUUID()}`],
          },
        };
      },
    },
  ];
}

/** Only one of the two fields is present, and neither when there is no data. */
function results(query: StatsQuery, rows: readonly StatRow[]): object {
  if (rows.length === 0) return {};
  if (query.dimensions.length === 0) return { metrics: metricsOf(query, rows) };
  const groups = Map.groupBy(rows, (row) =>
    JSON.stringify(query.dimensions.map((name) => row.dimensions[name] ?? '(not set)')),
  );
  const { sortBy, isAscending, offset, limit } = query;
  const ordered = [...groups].toSorted(([left, some], [right, others]) => {
    if (sortBy === undefined) return left.localeCompare(right);
    return (sortBy.of(some) - sortBy.of(others)) * (isAscending ? 1 : -1);
  });
  return {
    dimensions: ordered.slice(offset, offset + limit).map(([key, group]) => {
      const individualNames = JSON.parse(key) as string[];
      return { name: individualNames.join(','), individualNames, metrics: metricsOf(query, group) };
    }),
  };
}

function metricsOf(query: StatsQuery, rows: readonly StatRow[]): object[] {
  return query.metrics.map((metric) => ({
    name: metric.name,
    values: query.unit === undefined ? [number(metric.of(rows))] : series(query, metric, rows),
  }));
}

/** Newest first by default; a time without calls has no value. */
function series(query: StatsQuery, metric: Metric, rows: readonly StatRow[]): object[] {
  const { unit = 'day', offsetMinutes, isTimeAscending } = query;
  const groups = Map.groupBy(rows, (row) => startOf(unit, row.at, offsetMinutes * 60_000));
  return [...groups]
    .toSorted(([left], [right]) => (isTimeAscending ? left - right : right - left))
    .map(([timestamp, group]) => ({ timestamp, value: number(metric.of(group)) }));
}

/** Start of the second, hour, day… that contains a time, in UTC moved by an offset. */
function startOf(unit: TimeUnit, at: number, offsetMs: number): number {
  const local = new Date(at + offsetMs);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const starts: Readonly<Record<TimeUnit, () => number>> = {
    second: () => local.setUTCMilliseconds(0),
    minute: () => local.setUTCSeconds(0, 0),
    hour: () => local.setUTCMinutes(0, 0, 0),
    day: () => Date.UTC(year, month, day),
    // Weeks begin on Monday.
    week: () => Date.UTC(year, month, day - ((local.getUTCDay() + 6) % 7)),
    month: () => Date.UTC(year, month, 1),
  };
  return starts[unit]() - offsetMs;
}

/** Apigee's format of doubles: `62.0`. */
const number = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : String(value);
