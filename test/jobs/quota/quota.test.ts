// Quota rules: warning thresholds and validation of quota requests.
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
  ])('for a limit of %i is sent at request %s', (limit, at) => expect(warnsAt(limit)).toBe(at));
});

describe('a quota request', () => {
  it.each([
    ['5/minute', '5/minute', 'quota_same'],
    ['4/minute', '5/minute', 'quota_less'],
    ['5/hour', '5/minute', 'quota_less'],
    ['6/minute', '5/minute', undefined],
    // A larger burst, but less over a day.
    ['100/hour', '5/minute', undefined],
    // More over a day, but a smaller burst.
    ['4/minute', '5/hour', undefined],
  ])('for %s in place of %s: %s', (desired, now, code) =>
    expect(notMore('default', toQuota(desired), toQuota(now))?.code).toBe(code),
  );

  it('is compared by number only within the same window', () => {
    expect(timesAsMuch(toQuota('20/minute'), toQuota('5/minute'))).toBe(4);
    expect(timesAsMuch(toQuota('20/hour'), toQuota('5/minute'))).toBeUndefined();
  });
});
