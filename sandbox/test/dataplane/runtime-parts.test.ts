// Unit tests of the runtime: key cache, quota windows, match conditions, route precedence.
import { expect, test } from 'vitest';
import type { ApigeeState } from '../../apigee/state.ts';
import { readRoute } from '../../controllers/gateway-views.ts';
import { matchesCel } from '../../dataplane/cel.ts';
import { createKeyCache } from '../../dataplane/key-cache.ts';
import { countRequest } from '../../dataplane/quota.ts';
import { findRoute, type RoutedRequest } from '../../dataplane/routing.ts';
import { admit } from '../../dataplane/spike-arrest.ts';
import type { ProgrammedRoute } from '../../dataplane/state.ts';
import { createSteppedClock } from '../google/stepped-clock.ts';

function organizationWithKey(issuedAt: number): ApigeeState {
  const app = {
    appId: 'app-1',
    name: 'llmgw-default',
    status: 'approved' as const,
    attributes: [],
    credentials: [
      {
        consumerKey: 'key-1',
        consumerSecret: 'secret',
        status: 'approved' as const,
        apiProducts: [],
        issuedAt,
        expiresAt: -1,
      },
    ],
    createdAt: issuedAt,
    lastModifiedAt: issuedAt,
  };
  const developer = {
    email: 'alice@example.com',
    developerId: 'developer-1',
    firstName: 'Alice',
    lastName: 'A',
    userName: 'alice',
    status: 'active' as const,
    attributes: [],
    apps: { [app.name]: app },
    createdAt: issuedAt,
    lastModifiedAt: issuedAt,
  };
  return {
    organizations: {
      org: {
        name: 'org',
        instances: {},
        environments: {},
        envgroups: {},
        products: {},
        developers: { [developer.email]: developer },
        operations: {},
      },
    },
  };
}

test('a new key is accepted when its first use comes a few seconds later', () => {
  const clock = createSteppedClock();
  const cache = createKeyCache(clock, organizationWithKey(clock.now()));
  clock.advance(6_000);
  expect(cache.key('org', 'key-1')).toMatchObject({
    app: 'llmgw-default',
    developer: 'alice@example.com',
  });
});

test('a key used too early stays invalid for the 180 s of the cache', () => {
  const clock = createSteppedClock();
  const cache = createKeyCache(clock, organizationWithKey(clock.now()));
  expect(cache.key('org', 'key-1')).toBeUndefined();
  clock.advance(179_000);
  expect(cache.key('org', 'key-1')).toBeUndefined();
  clock.advance(2_000);
  expect(cache.key('org', 'key-1')).toBeDefined();
});

test('a revocation takes effect when the cache expires', () => {
  const clock = createSteppedClock();
  const state = organizationWithKey(clock.now() - 10_000);
  const cache = createKeyCache(clock, state);
  expect(cache.key('org', 'key-1')?.status).toBe('approved');
  for (const developer of Object.values(state.organizations['org']?.developers ?? {})) {
    for (const credential of developer.apps['llmgw-default']?.credentials ?? [])
      credential.status = 'revoked';
  }
  clock.advance(100_000);
  expect(cache.key('org', 'key-1')?.status).toBe('approved');
  clock.advance(81_000);
  expect(cache.key('org', 'key-1')?.status).toBe('revoked');
});

test('a quota window begins with the first request, and a refused request does not count', () => {
  const state = { quotas: {} };
  const quota = { limit: '2', interval: '1', timeUnit: 'minute' };
  const count = (at: number): boolean =>
    countRequest(state, 'app|operation', quota, 1_000_000 + at);
  expect([count(0), count(30_000), count(40_000), count(59_999)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([count(60_000), count(90_000), count(119_999), count(120_000)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(countRequest(state, 'another|operation', quota, 1_000_000)).toBe(true);
});

test.each([
  ['minute', '1', Date.UTC(2026, 1, 3, 10, 7, 50), Date.UTC(2026, 1, 3, 10, 8)],
  ['hour', '1', Date.UTC(2026, 1, 3, 10, 7, 50), Date.UTC(2026, 1, 3, 11)],
  ['day', '1', Date.UTC(2026, 1, 3, 10, 7, 50), Date.UTC(2026, 1, 4)],
  ['month', '1', Date.UTC(2026, 1, 1, 0, 0, 1), Date.UTC(2026, 2, 3)],
])('a calendar window of a %s ends at the calendar boundary', (timeUnit, interval, start, end) => {
  const state = { quotas: {}, quotaWindows: 'clock' } as const;
  const quota = { limit: '1', interval, timeUnit };
  const count = (at: number): boolean => countRequest(state, 'app|operation', quota, at);
  expect([count(start), count(end - 1), count(end)]).toEqual([true, false, true]);
});

test('spike arrest accepts one request per interval for each app separately', () => {
  const next = {};
  const rate = { messages: 10, periodMs: 60_000 };
  const admitted = [0, 5_999, 6_000, 6_001].map((at) => admit(next, 'app', rate, at));
  expect(admitted).toEqual([true, false, true, false]);
  expect(admit(next, 'another', rate, 6_001)).toBe(true);
});

const request: RoutedRequest = {
  method: 'POST',
  path: '/v1/completions',
  host: 'llm.example.com',
  headers: { 'x-team': 'search' },
};

test.each([
  ['true', true],
  ['request.path.startsWith("/v1/")', true],
  ["request.host == 'llm.example.com' && request.method != 'GET'", true],
  ['request.path.endsWith("/models") || request.headers["x-team"].contains("sea")', true],
  ['!request.path.startsWith("/")', false],
  ["request.path.matches('^/v2/')", false],
  ['source.ip == "1.2.3.4"', undefined],
])('%s is %s', (expression, result) => {
  expect(matchesCel(expression, request)).toBe(result);
});

const routeWith = (
  name: string,
  spec: object,
  createdAt = '2026-01-01T00:00:00Z',
): ProgrammedRoute => ({
  gatewayUid: 'gateway',
  namespace: 'default',
  name,
  createdAt,
  spec: readRoute(spec),
});
const ruleFor = (path: { type: string; value: string }, method?: string) => ({
  rules: [
    {
      matches: [{ path, ...(method === undefined ? {} : { method }) }],
      backendRefs: [{ name: 'x', port: 80 }],
    },
  ],
});

test.each([
  [
    'the longer prefix',
    ruleFor({ type: 'PathPrefix', value: '/v1' }),
    ruleFor({ type: 'PathPrefix', value: '/' }),
  ],
  [
    'an exact path',
    ruleFor({ type: 'Exact', value: '/v1/completions' }),
    ruleFor({ type: 'PathPrefix', value: '/v1/completions' }),
  ],
  [
    'a method',
    ruleFor({ type: 'PathPrefix', value: '/' }, 'POST'),
    ruleFor({ type: 'PathPrefix', value: '/' }),
  ],
])('%s takes precedence in any order', (_what, winner, loser) => {
  const [first, second] = [routeWith('winner', winner), routeWith('loser', loser)];
  expect(findRoute([first, second], request)?.route.name).toBe('winner');
  expect(findRoute([second, first], request)?.route.name).toBe('winner');
});

test('a prefix matches whole segments only, and a foreign host never matches', () => {
  const versioned = routeWith('v1', ruleFor({ type: 'PathPrefix', value: '/v1' }));
  expect(findRoute([versioned], { ...request, path: '/v10/completions' })).toBeUndefined();
  expect(findRoute([versioned], { ...request, path: '/v1' })?.route.name).toBe('v1');
  const hosted = routeWith('hosted', {
    hostnames: ['*.example.com'],
    ...ruleFor({ type: 'PathPrefix', value: '/' }),
  });
  expect(findRoute([hosted], request)?.route.name).toBe('hosted');
  expect(findRoute([hosted], { ...request, host: '127.1.2.3' })).toBeUndefined();
});
