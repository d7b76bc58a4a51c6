import { describe, expect, test } from 'vitest';
import { scheduledAskCodec } from '../../jobs/ask/answer/fault-view.ts';
import { askedFrom } from '../../jobs/ask/modal-view.ts';
import { endingLease } from '../../jobs/health/watch/view.ts';
import { revokedKey } from '../../jobs/keys/news-view.ts';
import { revealedKey } from '../../jobs/keys/view.ts';
import { approvedPlan } from '../../jobs/provision/plan-view.ts';
import { auditTeardown } from '../../jobs/teardown/modal.ts';
import { askedTeardown } from '../../jobs/teardown/view.ts';
import { fieldsInLine } from '../../src/slack/messages/codec.ts';

const revoked = { gateway: 'default', owner: 'U0ALICE', app: 'my {app} "x"' };
const asked = { runId: 'teardown-default-x', gateway: 'default', removeApps: false };

describe('a codec', () => {
  test('a codec reads its own text, with blanks and quotes', () => {
    expect(revokedKey.read(revokedKey.write(revoked))).toEqual(revoked);
    expect(askedTeardown.read(askedTeardown.write(asked))).toEqual(asked);
    expect(scheduledAskCodec.read(scheduledAskCodec.write({ job: 'ask-1', at: 5 }))).toEqual({
      job: 'ask-1',
      at: 5,
    });
  });

  test.each([
    [revokedKey, 'default U0ALICE my {app} "x"', revoked],
    [revealedKey, 'default', { gateway: 'default' }],
    [revealedKey, 'default two words', { gateway: 'default', app: 'two words' }],
    [approvedPlan, 'provision-a-1 0f3c a', { runId: 'provision-a-1', hash: '0f3c', gateway: 'a' }],
    [endingLease, 'default 1700000000000', { gateway: 'default', until: 1_700_000_000_000 }],
    [askedTeardown, 'teardown-default-x default without-apps', asked],
    [askedTeardown, 'teardown-default-x default without-apps C1', { ...asked, channel: 'C1' }],
  ])('a codec reads the text of an earlier version: %#', (codec, words, fields) => {
    expect(codec.read(words)).toEqual(fields);
  });

  test.each([
    [revokedKey, ''],
    [revokedKey, '{}'],
    [revokedKey, 'default nobody app'],
    [approvedPlan, 'provision-a-1 0f3c a b'],
    [endingLease, 'default'],
    [askedTeardown, 'teardown-default-x default'],
    [scheduledAskCodec, 'ask-1@5'],
    [askedFrom, '{"gateway":"default"}'],
  ])('a codec rejects any other text: %#', (codec, text) => {
    expect(codec.read(text)).toBeUndefined();
  });

  test('a codec refuses to write more than Slack accepts', () => {
    const write = () => revealedKey.write({ gateway: 'default', app: 'x'.repeat(2_000) });
    expect(write).toThrow(/2\d{3} characters/);
  });
});

test('the audit trail lists the fields as plain text for every version of the writer', () => {
  expect(fieldsInLine(revokedKey.write(revoked))).toBe('default U0ALICE my {app} "x"');
  expect(fieldsInLine('default U0ALICE x')).toBe('default U0ALICE x');
  const on = 'teardown-default-x default without-apps C1';
  const subject = { on, channel: 'C1', job: 'teardown-default-x' };
  expect(auditTeardown(askedTeardown.write({ ...asked, channel: 'C1' }))).toEqual(subject);
  expect(auditTeardown(on)).toEqual(subject);
});

test('a value with its own methods is rendered as one line without an error', () => {
  expect(fieldsInLine('{"a":{"toString":1,"valueOf":null},"b":"x","c":[{"toJSON":"y"}]}')).toBe(
    '{"toString":1,"valueOf":null} x [{"toJSON":"y"}]',
  );
});
