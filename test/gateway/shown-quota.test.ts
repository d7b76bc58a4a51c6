// Quota of an Apigee product, compared by meaning in every spelling and place.
import { expect, test } from 'vitest';
import { describeShownQuota, otherQuota } from '../../src/gateway/shown-quota.ts';

const desired = { limit: 5, interval: 1, timeUnit: 'minute' } as const;
const withOperations = (...quotas: (Record<string, string> | undefined)[]) => ({
  operationGroup: {
    operationConfigs: quotas.map((quota) => ({
      operations: [],
      ...(quota === undefined ? {} : { quota }),
    })),
  },
});

test.each([
  ['as written', withOperations({ limit: '5', interval: '1', timeUnit: 'minute' })],
  ['in upper case', withOperations({ limit: '5', interval: '1', timeUnit: 'MINUTE' })],
  ['with padded numbers', withOperations({ limit: '05', interval: '1.0', timeUnit: 'Minutes' })],
  ['without an interval of 1', withOperations({ limit: '5', timeUnit: 'minute' })],
  ['on the product', { quota: '5', quotaInterval: '1', quotaTimeUnit: 'MINUTE' }],
  [
    'on the product, beside operations without one',
    { ...withOperations(undefined), quota: '5', quotaInterval: '1', quotaTimeUnit: 'minute' },
  ],
  ['nowhere', withOperations(undefined)],
])('a quota %s is the desired one', (_how, product) => {
  expect(otherQuota(product, desired)).toBeUndefined();
});

test.each([
  ['another limit', withOperations({ limit: '50', interval: '1', timeUnit: 'minute' })],
  ['another unit', withOperations({ limit: '5', interval: '1', timeUnit: 'HOUR' })],
  ['another interval', withOperations({ limit: '5', interval: '2', timeUnit: 'minute' })],
  [
    'another limit of one operation',
    withOperations(
      { limit: '5', interval: '1', timeUnit: 'minute' },
      { limit: '6', interval: '1', timeUnit: 'minute' },
    ),
  ],
  ['another limit on the product', { quota: '50', quotaInterval: '1', quotaTimeUnit: 'minute' }],
  [
    'another limit on the product, beside operations without one',
    { ...withOperations(undefined), quota: '50', quotaInterval: '1', quotaTimeUnit: 'minute' },
  ],
])('%s is another quota', (_how, product) => {
  const other = otherQuota(product, desired) ?? expect.fail('it counts as the same');
  expect(describeShownQuota(other)).toMatch(/^\d+ per (2 )?(minute|hour)$/);
});
