// The audit trail: entries in a real Redis, grouped lines and exports.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AuditEntry,
  type AuditTrail,
  createAuditTrail,
} from '../../src/kernel/audit-trail.ts';
import { createRedactor } from '../../src/kernel/redaction.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { auditFile, auditLines } from '../../jobs/audit/view.ts';
import { quiet, redisUrl } from '../support/engine.ts';

const secret = 'ZqXk3mVh9TtYw2LrPn8sBd5fGj7cAe1u';
const redis = connectRedis(redisUrl());
let trail: AuditTrail;
beforeAll(() => {
  const redactor = createRedactor([secret]);
  trail = createAuditTrail({ redis, prefix: `test-${randomUUID()}`, redactor, log: quiet });
});
afterAll(() => redis.quit());

const entry = {
  who: 'U0ALICE',
  what: 'key.issue',
  channel: 'C0GATEWAY',
  via: 'slash',
  outcome: 'accepted',
  job: 'key-1',
} as const;

test('the newest entry comes first, also for one person, and contains no secret', async () => {
  trail.note({ ...entry, said: `key --app ${secret}` });
  await trail.settled();
  trail.note({ ...entry, who: 'U0OLIVIA', for: 'U0ALICE', job: 'key-2' });
  await trail.settled();
  trail.note({ ...entry, who: 'U0BOB', job: 'key-3' });
  await trail.settled();
  const jobs = async (who?: string) => (await trail.read({ last: 10, who })).map(({ job }) => job);
  expect(await jobs()).toEqual(['key-3', 'key-2', 'key-1']);
  expect(await jobs('U0ALICE')).toEqual(['key-2', 'key-1']);
  expect(await trail.read({ last: 1 })).toHaveLength(1);
  expect(JSON.stringify(await trail.read({ last: 10 }))).not.toContain(secret);
});

const at = (time: number, more: object): AuditEntry => ({ ...entry, at: time, ...more });

test('a request and its outcome are one line, and a refusal of another is its own', () => {
  const deeds = auditLines([
    at(4, { outcome: 'ok', via: 'job' }),
    at(3, { who: 'U0BOB', outcome: 'refused', via: 'click' }),
    at(2, { outcome: 'accepted', job: 'key-9' }),
    at(1, { said: 'key' }),
  ]);
  expect(deeds.map(({ first, last }) => [first.at, last.outcome])).toEqual([
    [3, 'refused'],
    [2, 'accepted'],
    [1, 'ok'],
  ]);
});

test('an export contains every entry, oldest first, and no spreadsheet formula', () => {
  const entries = [at(2, { why: 'a "b", c' }), at(1, { said: '=1+1' })];
  expect(auditFile(entries, 'csv').content.split('\r\n')).toEqual([
    'time,who,what,said,on,for,channel,via,outcome,why,approvedBy,job',
    "1970-01-01T00:00:00.001Z,U0ALICE,key.issue,'=1+1,,,C0GATEWAY,slash,accepted,,,key-1",
    '1970-01-01T00:00:00.002Z,U0ALICE,key.issue,,,,C0GATEWAY,slash,accepted,"a ""b"", c",,key-1',
    '',
  ]);
  const lines = auditFile(entries, 'jsonl').content.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { time: '1970-01-01T00:00:00.001Z', said: '=1+1' },
    { why: 'a "b", c' },
  ]);
});
