// Rate limit of log lines about the store: one a second, with a count.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fail } from '../../src/kernel/errors.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createRedactor } from '../../src/kernel/redaction.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function openLog() {
  const lines: { msg: string; suppressed?: number }[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line));
  return { lines, log: createLog({ level: 'info', redactor: createRedactor(), write }) };
}

const oom = Object.assign(new Error("OOM command not allowed when used memory > 'maxmemory'."), {
  name: 'ReplyError',
});

test('lines about a full store are limited to one a second, with a count of the others', () => {
  const { lines, log } = openLog();
  const { fault } = fail('transient', 'store_full', 'My store is full');
  for (let at = 0; at < 999; at += 1) log.warn({ job: `job-${at}`, fault }, 'job failed');
  log.child({ queue: 'ask' }).error({ err: oom }, 'queue failed');
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(1)).toMatchObject([{ msg: 'queue failed', suppressed: 998 }]);
  vi.advanceTimersByTime(10_000);
  expect(lines).toHaveLength(2);
});

test('lines about other faults are all written', () => {
  const { lines, log } = openLog();
  for (let at = 0; at < 50; at += 1)
    log.warn({ fault: fail('bug', 'unexpected', 'Odd').fault }, 'job failed');
  expect(lines).toHaveLength(50);
});
