// Usage counts over all processes, in windows that begin at the first use.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../src/kernel/redis.ts';
import { createUsageCounter } from '../../src/kernel/usage.ts';
import { redisUrl } from '../support/engine.ts';

let redis: Redis;
beforeAll(() => {
  redis = connectRedis(redisUrl());
});
afterAll(() => redis?.disconnect());

it('counts each use once, also from two processes', async () => {
  const prefix = `test-${randomUUID()}`;
  const [one, other] = [createUsageCounter(redis, prefix), createUsageCounter(redis, prefix)];
  const counted = await Promise.all(
    Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).count('a', 60_000)),
  );
  expect(counted.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect((await other.read('a')).used).toBe(10);
});

it('returns the end of the window that the first use started', async () => {
  const usage = createUsageCounter(redis, `test-${randomUUID()}`);
  expect(await usage.read('a')).toEqual({ used: 0, resetsAt: undefined });
  const before = Date.now();
  await usage.count('a', 3_600_000);
  const { resetsAt = 0 } = await usage.read('a');
  expect(resetsAt).toBeGreaterThanOrEqual(before + 3_599_000);
  expect(resetsAt).toBeLessThanOrEqual(Date.now() + 3_600_000);
});

it('starts another window when one has ended', async () => {
  const usage = createUsageCounter(redis, `test-${randomUUID()}`);
  await usage.count('a', 50);
  await expect.poll(async () => (await usage.read('a')).used).toBe(0);
  expect(await usage.count('a', 60_000)).toBe(1);
});

it('grants each window to one claim over two processes', async () => {
  const prefix = `test-${randomUUID()}`;
  const [one, other] = [createUsageCounter(redis, prefix), createUsageCounter(redis, prefix)];
  expect(await one.claim('a')).toBe(false);
  await one.count('a', 400);
  const claims = await Promise.all(
    Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).claim('a')),
  );
  expect(claims.filter(Boolean)).toHaveLength(1);
  await one.count('b', 60_000);
  expect(await other.claim('b')).toBe(true);
  await expect.poll(async () => (await one.read('a')).used).toBe(0);
  await other.count('a', 60_000);
  expect(await other.claim('a')).toBe(true);
  expect(await one.claim('a')).toBe(false);
});
