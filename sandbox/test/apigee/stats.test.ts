// Tests of analytics: delay, dimensions, time units, filters and the response shape.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyticsState, type Call, countCall } from '../../apigee/analytics.ts';
import { type Json, openApigee, type OpenApigee, refused } from './open-apigee.ts';

let opened: OpenApigee;

const environment = { name: 'prod', type: 'COMPREHENSIVE' };
const lag = 10 * 60_000;

beforeEach(async () => {
  opened = await openApigee();
  await opened.finish('POST', '/environments', environment);
});
afterEach(() => opened.end());

function call(app: string, more: Partial<Call> = {}, dimensions: Call['dimensions'] = {}): void {
  countCall(opened.context, {
    organization: 'llm-demo',
    environment: 'prod',
    at: opened.clock.now(),
    responseMs: 100,
    dimensions: {
      apiproxy: 'apigee-llm',
      developer_app: app,
      developer_email: `${app}@example.com`,
      api_product: 'llm-product',
      ...dimensions,
    },
    ...more,
  });
}

const time = (at: number): string => {
  const [date = '', clock = ''] = new Date(at).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year} ${clock.slice(0, 5)}`;
};

async function stats(
  dimensions: string,
  query: Record<string, string> = {},
): Promise<{ name: string; metrics?: Json[]; dimensions?: Json[] }> {
  const now = opened.clock.now();
  const search = new URLSearchParams({
    select: 'sum(message_count)',
    timeRange: `${time(now - 7 * 86_400_000)}~${time(now + 60_000)}`,
    ...query,
  });
  const answer = await opened.ask('GET', `/environments/prod/stats${dimensions}?${search}`);
  expect(answer['metaData']).toMatchObject({ errors: [] });
  const [found] = answer['environments'] as [{ name: string }];
  return found;
}

/** `name -> value` of one metric. */
async function byName(dimensions: string, query: Record<string, string> = {}): Promise<object> {
  const { dimensions: found = [] } = await stats(dimensions, query);
  return Object.fromEntries(
    (found as { name: string; metrics: { values: string[] }[] }[]).map((one) => [
      one.name,
      one.metrics[0]?.values[0],
    ]),
  );
}

test('calls appear after ten minutes, and no row has the environment alone', async () => {
  call('alice');
  opened.clock.advance(lag - 1);
  expect(await stats('/developer_app')).toEqual({ name: 'prod' });
  opened.clock.advance(1);
  call('alice');
  expect(await stats('/developer_app')).toEqual({
    name: 'prod',
    dimensions: [
      {
        name: 'alice',
        individualNames: ['alice'],
        metrics: [{ name: 'sum(message_count)', values: ['1.0'] }],
      },
    ],
  });
});

test('stats group by several dimensions, sort, limit and filter', async () => {
  for (const app of ['bob', 'alice', 'alice', 'carol', 'carol', 'carol']) call(app);
  call('alice', { error: 'policy' }, { ax_edge_execution_fault_code: 'policies.x' });
  opened.clock.advance(lag);
  expect(await byName('/developer_app')).toEqual({ alice: '3.0', bob: '1.0', carol: '3.0' });
  expect(
    await byName('/developer_app,api_product', { filter: "(developer_app eq 'bob')" }),
  ).toEqual({ 'bob,llm-product': '1.0' });
  const top = { sortby: 'sum(message_count)', sort: 'ASC', topk: '1' };
  expect(await byName('/developer_app', top)).toEqual({ bob: '1.0' });
  expect(await byName('/developer_app', { limit: '2', offset: '2' })).toEqual({ carol: '3.0' });
  for (const [filter, names] of [
    ["(developer_email in 'bob@example.com','carol@example.com')", ['bob', 'carol']],
    ["(developer_app ne 'bob' and developer_app notin 'carol')", ['alice']],
    ["(developer_app eq 'bob' or developer_app eq 'alice')", ['alice', 'bob']],
    ["(ax_edge_execution_fault_code eq '(not set)' and developer_app eq 'alice')", ['alice']],
  ] as const) {
    expect(Object.keys(await byName('/developer_app', { filter }))).toEqual(names);
  }
  expect(await byName('/ax_edge_execution_fault_code', { select: 'sum(is_error)' })).toEqual({
    '(not set)': '0.0',
    'policies.x': '1.0',
  });
});

test('stats without dimensions contain only metrics, each with its own type', async () => {
  call('alice', { responseMs: 100 });
  call('alice', { responseMs: 300, error: 'target' });
  opened.clock.advance(lag);
  const select =
    'sum(message_count),sum(is_error),sum(target_error),sum(policy_error),avg(total_response_time),min(total_response_time),max(total_response_time)';
  for (const path of ['', '/']) {
    const { metrics } = await stats(path, { select });
    expect(metrics?.map((one) => (one['values'] as string[])[0])).toEqual([
      '2.0',
      '1.0',
      '1.0',
      '0.0',
      '200.0',
      '100.0',
      '300.0',
    ]);
  }
});

test('a time unit returns values by start time, newest first', async () => {
  const day = 86_400_000;
  const first = opened.clock.now() - day;
  call('alice', { at: first });
  call('alice');
  call('alice');
  opened.clock.advance(lag);
  const series = async (query: Record<string, string>): Promise<unknown> => {
    const { metrics } = await stats('', query);
    return metrics?.[0]?.['values'];
  };
  const days = [first + day, first].map((at) => at - (at % day));
  expect(await series({ timeUnit: 'day' })).toEqual([
    { timestamp: days[0], value: '2.0' },
    { timestamp: days[1], value: '1.0' },
  ]);
  const hours = [first, first + day].map((at) => at - (at % 3_600_000));
  expect(await series({ timeUnit: 'hour', tsAscending: 'true' })).toEqual([
    { timestamp: hours[0], value: '1.0' },
    { timestamp: hours[1], value: '2.0' },
  ]);
  expect(await series({ timeRange: `${time(first - 60_000)}~${time(first + 60_000)}` })).toEqual([
    '1.0',
  ]);
});

test('old rows are aggregated by minute', () => {
  const start = opened.clock.now() - (opened.clock.now() % 60_000) + 60_000;
  opened.clock.advance(start - opened.clock.now());
  for (let at = 0; at < 30; at += 1) {
    opened.clock.advance(1_000);
    call('alice');
  }
  expect(analyticsState(opened.context).rows).toHaveLength(30);
  opened.clock.advance(20 * 60_000);
  call('alice');
  expect(analyticsState(opened.context).rows.map((row) => row.calls)).toEqual([30, 1]);
});

test('invalid stats queries are refused', async () => {
  const good = { select: 'sum(message_count)', timeRange: '01/01/2026 00:00~01/02/2026 00:00' };
  for (const [path, change] of [
    ['/colour', {}],
    ['/developer_app', { select: '' }],
    ['/developer_app', { select: 'sum(colour)' }],
    ['/developer_app', { timeRange: 'yesterday' }],
    ['/developer_app', { timeRange: '01/02/2026 00:00~01/01/2026 00:00' }],
    ['/developer_app', { timeUnit: 'century' }],
    ['/developer_app', { filter: 'developer_app like x' }],
    ['/developer_app', { limit: '-1' }],
  ] as const) {
    const search = new URLSearchParams({ ...good, ...change });
    const answer = await opened.call('GET', `/environments/prod/stats${path}?${search}`);
    expect(refused(answer), path).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT' });
  }
  const elsewhere = await opened.call('GET', '/environments/none/stats/developer_app');
  expect(refused(elsewhere)).toMatchObject({ status: 404 });
});
