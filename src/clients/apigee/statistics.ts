// Apigee statistics: requests over time by app or developer, up to ten minutes late.
import type { Statistics, UsagePoint } from './client.ts';
import { path } from './path.ts';
import type { Requests } from './request.ts';
import { statistics } from './schema.ts';

const requests = 'sum(message_count)';
const refusals = 'sum(is_error)';

export function createStatistics(calls: Requests): Statistics {
  return {
    usage: async ({ environment, dimension, from, to, unit, filter }, signal) => {
      const { environments } = await calls.send(
        {
          method: 'GET',
          path: path`/environments/${environment}/stats/${dimension}`,
          query: {
            select: `${requests},${refusals}`,
            timeRange: `${inApigeesWords(from)}~${inApigeesWords(to)}`,
            timeUnit: unit,
            ...(filter === undefined ? {} : { filter: conditions(filter) }),
          },
          what: 'read the statistics',
          signal,
        },
        statistics,
      );
      return environments.flatMap(({ dimensions }) =>
        dimensions.map(({ name, metrics }) => {
          const values = (metric: string) =>
            new Map(
              metrics
                .find((one) => one.name === metric)
                ?.values.map(({ timestamp, value }) => [timestamp, value]),
            );
          const refused = values(refusals);
          const points = [...values(requests)].map(([at, count]): UsagePoint => ({
            at,
            requests: count,
            errors: refused.get(at) ?? 0,
          }));
          return { name, points: points.toSorted((a, b) => a.at - b.at) };
        }),
      );
    },
  };
}

/** `11/25/2026 05:30`, in UTC, to the minute. */
function inApigeesWords(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year} ${time.slice(0, 5)}`;
}

/** Values are quoted; no e-mail and no name of ours contains a quote. */
function conditions(filter: Readonly<Record<string, string>>): string {
  return Object.entries(filter)
    .map(([name, value]) => `(${name} eq '${value.replaceAll("'", '')}')`)
    .join(' and ');
}
