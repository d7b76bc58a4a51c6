// Lease by table: warnings, extensions and the end, on a manual clock.
import type { Lease } from '../../../src/gateway/runs.ts';
import { describe, expect, test } from 'vitest';
import type { LeaseNotice } from '../../../jobs/health/watch/notices.ts';
import {
  afterLease,
  endingRun,
  extended,
  isDue,
  leaseAfter,
} from '../../../jobs/health/watch/lease.ts';
import { type EndedRun, firstMemory } from '../../../jobs/health/watch/memory.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 0, 1);
const by = { user: 'U0OLIVIA', channel: 'C0GATEWAY' };

const run = (more: Partial<EndedRun>): EndedRun => ({
  id: 'provision-x',
  runbook: 'provision',
  status: 'succeeded',
  at: start,
  by,
  leaseMs: undefined,
  ...more,
});

function lease(lengthMs: number): Lease {
  return leaseAfter(undefined, 'default', run({ leaseMs: lengthMs })) ?? expect.fail('no lease');
}

/** Warnings of a lease that is checked once a minute, with the minute of each warning. */
function warningsOf(granted: Lease, minutes: number): { minute: number; until: number }[] {
  let memory = firstMemory([], start);
  const seen = new Map<string, number>();
  for (let at = 0; at <= minutes; at += 1) {
    memory = afterLease(memory, granted, start + at * minute);
    for (const { notice } of memory.notices) {
      if (!seen.has(notice.id)) seen.set(notice.id, at);
    }
  }
  return [...seen.values()].map((at) => ({ minute: at, until: granted.until }));
}

test.each([
  ['8 h', 8 * hour, [7 * 60, 7 * 60 + 50]],
  ['2 h', 2 * hour, [60, 110]],
  ['1 h: just granted, so only the later warning', hour, [50]],
  ['30 min', 30 * minute, [20]],
  ['10 min: none', 10 * minute, []],
])('a lease of %s warns in the right minutes, once each', (_name, lengthMs, expected) => {
  const minutes = warningsOf(lease(lengthMs), lengthMs / minute - 1).map((each) => each.minute);
  expect(minutes).toEqual(expected);
});

test('a watch that missed the first warning sends only the second', () => {
  const memory = afterLease(
    firstMemory([], start),
    lease(8 * hour),
    start + 7 * hour + 55 * minute,
  );
  expect(memory.notices.map(({ notice }) => notice.id)).toEqual([
    expect.stringMatching(/-minutes$/),
  ]);
});

test('the requester of the lease is notified of its end, whatever the channel subscribes to', () => {
  const memory = afterLease(firstMemory([], start), lease(2 * hour), start + 70 * minute);
  expect(memory.notices).toMatchObject([{ channel: by.channel, notice: { event: 'lease' } }]);
});

describe('runs', () => {
  const running = lease(8 * hour);
  test.each<[string, Partial<EndedRun>, Lease | undefined]>([
    ['a repair keeps it', { at: start + hour }, running],
    ['a failed run keeps it', { at: start + hour, status: 'failed', leaseMs: hour }, running],
    ['a teardown ends it', { at: start + hour, runbook: 'teardown' }, undefined],
    [
      'a failed teardown keeps it',
      { at: start + hour, runbook: 'teardown', status: 'failed' },
      running,
    ],
    [
      'another --for replaces it',
      { at: start + hour, leaseMs: 2 * hour },
      { ...running, since: start + hour, until: start + 3 * hour, lengthMs: 2 * hour },
    ],
    ['an earlier run does not undo a later change', { leaseMs: hour }, running],
  ])('%s', (_what, ended, expected) => {
    expect(leaseAfter(running, 'default', run(ended))).toEqual(expected);
  });
});

describe('Extend', () => {
  test('adds the requested length, and warns again before the new end', () => {
    const granted = lease(2 * hour);
    const warned = afterLease(firstMemory([], start), granted, start + 70 * minute);
    const longer = extended(granted, 'U0BOB', start + 71 * minute) ?? expect.fail('too late');
    expect(longer.until).toBe(start + 4 * hour);
    const after = afterLease(warned, longer, start + 72 * minute);
    const over = { how: 'extended', until: longer.until, by: 'U0BOB' };
    expect(after.notices.map(({ notice }) => (notice as LeaseNotice).over)).toEqual([over]);
    const later = afterLease(after, longer, start + 3 * hour + minute);
    expect(later.notices).toHaveLength(2);
  });

  test('after the end, but before the teardown started, counts from now', () => {
    const granted = lease(2 * hour);
    const longer = extended(granted, 'U0BOB', start + 3 * hour);
    expect(longer?.until).toBe(start + 5 * hour);
  });

  test('is refused once the teardown has started', () => {
    expect(extended({ ...lease(hour), ending: 'teardown-1' }, 'U0BOB', start)).toBeUndefined();
  });
});

describe('the end', () => {
  const granted = lease(hour);
  test.each<[string, Lease | undefined, number, boolean]>([
    ['is not due 1 ms early', granted, granted.until - 1, false],
    ['is due on time', granted, granted.until, true],
    ['is due late, after a downtime', granted, granted.until + 5 * hour, true],
    ['is due once', { ...granted, ending: endingRun(granted) }, granted.until, false],
    ['needs a lease', undefined, granted.until, false],
  ])('%s', (_what, given, now, expected) => {
    expect(isDue(given, now)).toBe(expected);
  });

  test('names the same run each time, and another run for another end', () => {
    expect(endingRun(granted)).toBe(endingRun({ ...granted }));
    expect(endingRun(granted)).toMatch(/^[a-z0-9-]+$/);
    expect(endingRun(granted)).not.toBe(endingRun(lease(2 * hour)));
  });

  test('closes the warning and names the run', () => {
    const warned = afterLease(firstMemory([], start), granted, start + 51 * minute);
    const ending = { ...granted, ending: 'teardown-1' };
    const closed = afterLease(warned, ending, granted.until);
    expect(closed.notices).toMatchObject([
      { notice: { over: { how: 'ended', run: 'teardown-1' } } },
    ]);
    const gone = afterLease(warned, undefined, granted.until);
    expect(gone.notices).toMatchObject([{ notice: { over: { how: 'ended', run: undefined } } }]);
  });
});
