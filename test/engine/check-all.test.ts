// Check all: every check once, in parallel, including failing, hanging and flapping checks.
import { expect, test } from 'vitest';
import { fail } from '../../src/kernel/errors.ts';
import type { Check, Step } from '../../src/engine/step.ts';
import { allNeeds, rootsOf, checkAll } from '../../src/engine/check-all.ts';

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quiet,
};

const never = (): Promise<never> => Promise.reject(new Error('a survey writes nothing'));

function step(id: string, needs: string[], check: Step<null>['check']): Step<null> {
  const undo = { none: 'a test' };
  const rest = { kind: 'make', deadlineMs: 1_000, expectMs: 1_000, retry: 'cloud', undo } as const;
  return { id, title: `Do ${id}`, needs, check, apply: never, wait: never, ...rest };
}

const context = (signal = new AbortController().signal) => ({
  env: null,
  runId: 'survey-1',
  target: 'default',
  input: {},
  signal,
  log: quiet,
});

const done = (): Promise<Check> => Promise.resolve({ state: 'done' });
const needed = (): Promise<Check> =>
  Promise.resolve({ state: 'needed', why: 'absent', reason: 'it is missing' });

test('rows are in the order of the graph, whatever the order of the table', async () => {
  const steps = [step('c', ['b'], done), step('a', [], done), step('b', ['a'], needed)];
  const rows = await checkAll({ steps }, context());
  expect(rows.map(({ id, found }) => `${id}:${found.state}`)).toEqual([
    'a:done',
    'b:needed',
    'c:done',
  ]);
  expect(rows[1]).toMatchObject({ title: 'Do b', needs: ['a'], expectMs: 1_000 });
});

test('all checks run at once', async () => {
  const steps = ['a', 'b', 'c'].map((id) => {
    return step(id, [], () => {
      begun.push(id);
      if (begun.length === 3) all.resolve();
      return all.promise.then(() => ({ state: 'done' }) as const);
    });
  });
  const begun: string[] = [];
  const all = Promise.withResolvers<void>();
  // Each check waits for the others: in sequence they would never end.
  const rows = await checkAll({ steps }, context());
  expect(rows.map(({ found }) => found.state)).toEqual(['done', 'done', 'done']);
});

test('a check that throws is unread and hides no other', async () => {
  const denied = (): Promise<Check> =>
    Promise.reject(fail('permanent', 'denied', 'Reading the cluster is denied'));
  const [a, b] = await checkAll({ steps: [step('a', [], denied), step('b', [], done)] }, context());
  expect(a?.found).toMatchObject({ state: 'unread', why: { kind: 'permanent', code: 'denied' } });
  expect(b?.found).toEqual({ state: 'done' });
});

test('a transient fault is retried, and reported when it persists', async () => {
  let tries = 0;
  const away = (): Promise<never> => {
    tries += 1;
    return Promise.reject(fail('transient', 'unavailable', 'The service is away'));
  };
  const once = (): Promise<Check> => (tries < 2 ? away() : done());
  const [flapping] = await checkAll({ steps: [step('a', [], once)] }, context());
  expect(flapping?.found).toEqual({ state: 'done' });
  tries = 0;
  const [gone] = await checkAll({ steps: [step('a', [], away)] }, context(), { tries: 2 });
  expect(tries).toBe(2);
  expect(gone?.found).toMatchObject({ state: 'unread', why: { code: 'unavailable' } });
});

test('a check that never returns ends with a reason, even when it ignores its signal', async () => {
  const hanging = (): Promise<Check> => new Promise(() => undefined);
  const [row] = await checkAll({ steps: [step('a', [], hanging)] }, context(), { checkMs: 20 });
  expect(row?.found).toMatchObject({
    state: 'unread',
    why: { kind: 'deadline', code: 'check_deadline' },
  });
});

test('a check that times out shows the last fault of its service', async () => {
  let tries = 0;
  const away = fail('transient', 'unavailable', 'GKE says: RECONCILING', { retryAfterMs: 0 });
  const hanging = (): Promise<Check> => {
    tries += 1;
    return tries === 1 ? Promise.reject(away) : new Promise(() => undefined);
  };
  const options = { checkMs: 100, tries: 2 };
  const [row] = await checkAll({ steps: [step('a', [], hanging)] }, context(), options);
  expect(row?.found).toEqual({ state: 'unread', why: away.fault });
});

test('an aborted check of all steps throws the reason', async () => {
  const controller = new AbortController();
  const reason = new Error('shutdown');
  const hanging = (): Promise<Check> => {
    controller.abort(reason);
    return new Promise(() => undefined);
  };
  const looked = checkAll({ steps: [step('a', [], hanging)] }, context(controller.signal));
  await expect(looked).rejects.toBe(reason);
});

test('the root cause is a step whose needs are all in sync', async () => {
  const steps = [
    step('a', [], done),
    step('b', ['a'], needed),
    step('c', ['b'], done),
    step('d', ['c'], needed),
    step('e', ['a'], needed),
  ];
  const rows = await checkAll({ steps }, context());
  expect(allNeeds(rows, 'd')).toEqual(['c', 'b', 'a']);
  expect(rootsOf(rows).map(({ id }) => id)).toEqual(['b', 'e']);
});
