// Chaos plans: deterministic for a seed, with every kind of event.
import { expect, test } from 'vitest';
import { isTraffic, nameOf } from '../../chaos/events.ts';
import { planOf, planWith, stormMs } from '../../chaos/plan.ts';
import { createRandom } from '../../chaos/random.ts';

const seeds = Array.from({ length: 200 }, (_, seed) => seed);

test('a seed gives the same plan each time, and another seed a different one', () => {
  expect(planOf(7)).toEqual(planOf(7));
  expect(planOf(7)).not.toEqual(planOf(8));
});

test('events are in order, within the storm, and for existing processes', () => {
  for (const { events, roles } of seeds.map(planOf)) {
    const times = events.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(Math.max(...times)).toBeLessThanOrEqual(stormMs);
    for (const event of events) {
      if ('bot' in event) expect(event.bot).toBeLessThan(roles.length);
    }
  }
});

test('every plan has at least two workers and two receivers', () => {
  for (const { roles } of seeds.map(planOf)) {
    expect(roles.filter((role) => role !== 'slack').length).toBeGreaterThanOrEqual(2);
    expect(roles.filter((role) => role !== 'worker').length).toBeGreaterThanOrEqual(2);
  }
});

test('some plan has each kind of event', () => {
  const events = seeds.flatMap((seed) => planOf(seed).events);
  const names = new Set(events.map((event) => (isTraffic(event) ? event.kind : nameOf(event))));
  expect([...names]).toEqual(
    expect.arrayContaining([
      'command',
      'mention',
      'press',
      'home',
      'kill',
      'freeze',
      'redis-killed',
      'redis-full',
      'redis-read-only',
      'slack-token',
      'expire-tokens',
      'drop-sockets',
      'deliver-twice',
      'lose-acks',
      'slack 429',
      'slack cut',
      'slack truncate',
      'slack reset',
      'slack delay',
      'apigee 403',
      'gke 503',
      'kubernetes cut',
      'dataplane 500',
      'vllm delay',
    ]),
  );
  const words = events.flatMap((event) => ('text' in event ? [event.text.split(' ')[1]] : []));
  expect([...new Set(words)]).toEqual(
    expect.arrayContaining([
      'provision',
      'plan',
      'key',
      'ask',
      'quota',
      'cancel',
      'retry',
      'doctor',
      'teardown',
    ]),
  );
  expect(events.some((event) => event.kind === 'press' && event.as.length === 2)).toBe(true);
});

test('a part of a plan keeps its processes and order', () => {
  const plan = planOf(3);
  const part = planWith(plan, [4, 0]);
  expect(part).toEqual({ ...plan, events: [plan.events[0], plan.events[4]] });
});

test('the generator draws within its bounds and by weight', () => {
  const random = createRandom(1);
  const drawn = Array.from({ length: 2_000 }, () => random.between(2, 4));
  expect(new Set(drawn)).toEqual(new Set([2, 3, 4]));
  const often = Array.from({ length: 2_000 }, () =>
    random.weighted([
      [9, 'often'],
      [1, 'seldom'],
    ]),
  ).filter((each) => each === 'often').length;
  expect(often).toBeGreaterThan(1_700);
  expect(often).toBeLessThan(1_900);
});
