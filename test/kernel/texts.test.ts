// Texts stored by reference in a real Redis.
import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { connectRedis } from '../../src/kernel/redis.ts';
import { createTexts } from '../../src/kernel/texts.ts';
import { quiet, redisUrl } from '../support/engine.ts';

const redis = connectRedis(redisUrl());
const prefix = `test-${randomUUID()}`;
const texts = createTexts(redis, prefix, quiet);
afterAll(() => redis.quit());

test('texts are stored until they expire or are dropped', async () => {
  await texts.keep('p-1', 'What is the capital?', 60_000);
  expect(await texts.read('p-1')).toBe('What is the capital?');
  await texts.drop('p-1');
  expect(await texts.read('p-1')).toBeUndefined();
  await texts.keep('p-2', 'gone soon', 1);
  await expect.poll(() => texts.read('p-2')).toBeUndefined();
});

test('texts are stored under the keys of earlier versions', async () => {
  await texts.keepAll({ 'p-3': 'one', 'p-4': 'two' }, 60_000);
  expect(await redis.mget(`${prefix}:text:p-3`, `${prefix}:text:p-4`)).toEqual(['one', 'two']);
});
