// The reader of stored records: schema checks and one log line without values.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { fail } from '../../src/kernel/errors.ts';
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createRedactor } from '../../src/kernel/redaction.ts';
import { createRecordReader, storedFault } from '../../src/kernel/stored.ts';

const schema = z.object({ at: z.number() });

function reader() {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createLog({ level: 'warn', redactor: createRedactor(), write });
  return { read: createRecordReader(log), lines };
}

test('a record keeps the fields that a newer version wrote', () => {
  const { read, lines } = reader();
  expect(read(schema, 'a', '{"newer":true,"at":1}')).toEqual({ newer: true, at: 1 });
  expect(lines).toEqual([]);
});

test.each([[null], [undefined]])('a record that is %s is absent and not logged', (text) => {
  const { read, lines } = reader();
  expect(read(schema, 'a', text)).toBeUndefined();
  expect(lines).toEqual([]);
});

test.each(['{', 'null', '"at"', '[1]', '{"at":"early"}', ''])(
  'a record with %j is absent, and one log line names it without its values',
  (text) => {
    const { read, lines } = reader();
    for (let times = 0; times < 3; times += 1) expect(read(schema, 'key', text)).toBeUndefined();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      record: 'key',
      msg: 'stored record unreadable',
    });
    expect(lines[0]).not.toContain('early');
  },
);

test('a fault stored in Redis is read with its commands and causes', () => {
  const { fault } = fail('transient', 'unavailable', 'Apigee did not answer', {
    next: guidance`Run ${slashCommand('status', 'staging')}.`,
    retryAfterMs: 5,
    untilDeadline: true,
    details: { status: 503 },
    cause: fail('bug', 'unexpected', 'TypeError: x'),
  });
  const { read } = reader();
  expect(read(storedFault, 'fault', JSON.stringify(fault))).toEqual(fault);
});
