// What Google answers, and the fault that people see: status, reason and text over a real socket.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fault } from '../../../src/kernel/errors.ts';
import { createCompute } from '../../../src/clients/google/compute.ts';
import { faultOf } from '../../support/fault-of.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

let server: Server;
let url = '';
let answers: Answer[] = [];
let asked: { token: string }[] = [];
let refreshed = 0;
const tokens = {
  get: () => Promise.resolve('ya29.first-secret-token'),
  refresh: () => {
    refreshed += 1;
    return Promise.resolve('ya29.second-secret-token');
  },
};

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ token: request.headers.authorization ?? '' });
    const answer = answers.shift() ?? { status: 200, body: {} };
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/compute/`;
});
afterAll(() => server.close());
beforeEach(() => {
  answers = [];
  asked = [];
  refreshed = 0;
});

const error = (code: number, message: string, more: object = {}): Answer => ({
  status: code,
  body: { error: { code, message, ...more } },
});

const list = () => createCompute(tokens, url).listSubnetworks('llm-demo', 'us-central1');

test.each<[string, Answer, Partial<Fault>]>([
  [
    'an API that is off',
    error(403, 'Compute Engine API has not been used in project 42 before or it is disabled.', {
      status: 'PERMISSION_DENIED',
      details: [{ reason: 'SERVICE_DISABLED' }],
    }),
    {
      kind: 'permanent',
      code: 'api_disabled',
      next: 'Run `gcloud services enable compute.googleapis.com --project llm-demo`, wait a few minutes, then retry.',
    },
  ],
  [
    'an API that is off, as Compute Engine says it',
    error(403, 'Access Not Configured.', { errors: [{ reason: 'accessNotConfigured' }] }),
    { kind: 'permanent', code: 'api_disabled' },
  ],
  [
    'a missing permission',
    error(403, "Required 'compute.subnetworks.list' permission for 'projects/llm-demo'"),
    { kind: 'permanent', code: 'denied' },
  ],
  [
    'a quota that is too small',
    error(
      403,
      `Insufficient regional quota to satisfy request: resource "C2_CPUS": request requires '48.0' and is short '40.0'. project has a quota of '8.0' with '8.0' available.`,
    ),
    {
      kind: 'permanent',
      code: 'quota_exceeded',
      details: { metric: 'C2_CPUS', needed: 48, short: 40, limit: 8 },
    },
  ],
  [
    'CPUs of all regions that a cluster’s machines have missed',
    error(
      400,
      "Not all instances running in IGM after 25.2s. Current errors: [GCE_QUOTA_EXCEEDED]: Instance 'gke-a' creation failed: Quota 'CPUS_ALL_REGIONS' exceeded.  Limit: 32.0 globally.",
    ),
    {
      kind: 'permanent',
      code: 'quota_exceeded',
      details: { metric: 'CPUS_ALL_REGIONS' },
      next: expect.stringContaining('Request more CPUS_ALL_REGIONS at https://'),
    },
  ],
  [
    'something that is in use',
    error(400, "The subnetwork resource 'a' is already being used by 'b'", {
      errors: [{ reason: 'resourceInUseByAnotherResource' }],
    }),
    { kind: 'transient', code: 'in_use' },
  ],
  [
    'too many calls',
    {
      ...error(429, 'Slow down.', { status: 'RESOURCE_EXHAUSTED' }),
      headers: { 'retry-after': '7' },
    },
    { kind: 'transient', code: 'rate_limited', retryAfterMs: 7000 },
  ],
  [
    // terraform-provider-google#1704
    'a rate without a reason',
    error(
      429,
      "Insufficient tokens for quota 'container.googleapis.com/default_requests' and limit 'DefaultRequestsPerMinutePerProject' of service 'container.googleapis.com'.",
      { status: 'RESOURCE_EXHAUSTED' },
    ),
    { kind: 'transient', code: 'rate_limited' },
  ],
  [
    'a rate that Google calls a quota',
    error(403, 'Quota exceeded for quota metric Queries', {
      details: [{ reason: 'RATE_LIMIT_EXCEEDED' }],
    }),
    { kind: 'transient', code: 'rate_limited' },
  ],
  ['an outage', error(503, 'Try later.'), { kind: 'transient', code: 'unavailable' }],
  [
    'a gateway that has no words',
    { status: 502, body: 'oops' },
    { kind: 'transient', code: 'unavailable' },
  ],
  ['a bad value', error(400, 'Invalid value for field'), { kind: 'permanent', code: 'rejected' }],
  [
    'no machines left',
    error(400, 'ZONE_RESOURCE_POOL_EXHAUSTED'),
    { kind: 'permanent', code: 'no_capacity' },
  ],
])('%s', async (_name, answer, expected) => {
  answers = [answer];
  const fault = await faultOf(list());
  expect(fault).toMatchObject(expected);
  expect(fault.message).toMatch(/^Listing the subnetworks of us-central1: /);
  // The engine tries again, not the library underneath.
  expect(asked).toHaveLength(1);
});

test('a refused token is fetched anew, once', async () => {
  answers = [error(401, 'Invalid credentials'), { status: 200, body: { items: [] } }];
  await expect(list()).resolves.toEqual([]);
  expect(asked.map((call) => call.token)).toEqual([
    'Bearer ya29.first-secret-token',
    'Bearer ya29.second-secret-token',
  ]);
});

test('a token that is refused twice is told from a denial, and its text holds no token', async () => {
  answers = [error(401, 'Invalid credentials'), error(401, 'Invalid credentials')];
  const fault = await faultOf(list());
  expect(fault).toMatchObject({ kind: 'permanent', code: 'unauthenticated' });
  expect(refreshed).toBe(1);
  expect(JSON.stringify(fault)).not.toContain('secret-token');
});

test('nobody listening is transient', async () => {
  const closed = createCompute(tokens, 'http://127.0.0.1:1/compute/');
  const fault = await faultOf(closed.networkExists('llm-demo', 'default'));
  expect(fault).toMatchObject({ kind: 'transient', code: 'unavailable' });
  expect(fault.message).toContain('ECONNREFUSED');
});

test('an answer that lacks what it must have is our bug, not an undefined later on', async () => {
  answers = [{ status: 200, body: { items: [{ name: 'default' }] } }];
  await expect(faultOf(list())).resolves.toMatchObject({
    kind: 'bug',
    code: 'unexpected_answer',
    details: { issues: ['items.0.network'] },
  });
});
