// Pure parts of quotas: when a person is warned, and what is a wish for more.
import { describe, expect, it } from 'vitest';
import { warnsAt } from '../../../jobs/quota/warning.ts';
import { notMore, timesAsMuch } from '../../../jobs/quota/quota-request.ts';
import { toQuota } from '../../../src/gateway/options.ts';

describe('the warning', () => {
  it.each([
    [1, undefined],
    [4, undefined],
    [5, 4],
    [10, 8],
    [11, 9],
    [35, 28],
    [1000, 800],
  ])('of a limit of %i comes with use %s', (limit, at) => expect(warnsAt(limit)).toBe(at));
});

describe('a wish', () => {
  it.each([
    ['5/minute', '5/minute', 'quota_same'],
    ['4/minute', '5/minute', 'quota_less'],
    ['5/hour', '5/minute', 'quota_less'],
    ['6/minute', '5/minute', undefined],
    // More at once, though less over a day.
    ['100/hour', '5/minute', undefined],
    // More over a day, though less at once.
    ['4/minute', '5/hour', undefined],
  ])('for %s in place of %s: %s', (desired, now, code) =>
    expect(notMore('default', toQuota(desired), toQuota(now))?.code).toBe(code),
  );

  it('is compared in one number within one window only', () => {
    expect(timesAsMuch(toQuota('20/minute'), toQuota('5/minute'))).toBe(4);
    expect(timesAsMuch(toQuota('20/hour'), toQuota('5/minute'))).toBeUndefined();
  });
});
