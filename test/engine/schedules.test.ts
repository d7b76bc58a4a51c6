// Schedules of repeated jobs after Redis lost its data.
import { afterEach, expect, test } from 'vitest';
import { createTestEngine, type TestEngine } from '../support/engine.ts';

let engine: TestEngine | undefined;
afterEach(() => engine?.close());

test('repeated jobs and sweeps run again after Redis lost their schedules', async () => {
  let runs = 0;
  const tick = {
    concurrency: 1,
    attempts: 1,
    everyMs: 50,
    run: async () => void (runs += 1),
  };
  engine = createTestEngine({ runbooks: {}, jobs: { tick }, timings: { sweepEveryMs: 20 } });
  const { redis, prefix } = engine;
  await engine.start();
  await expect.poll(() => runs).toBeGreaterThan(1);
  const sweeps = `${prefix}:queue:sweep:repeat`;
  expect(await redis.exists(sweeps)).toBe(1);

  await redis.del(await redis.keys(`${prefix}:*`));
  const before = runs;
  await expect.poll(() => runs).toBeGreaterThan(before + 3);
  await expect.poll(() => redis.exists(sweeps)).toBe(1);
});
