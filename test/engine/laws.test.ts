// Tests of the laws harness, with a small world.
import { randomUUID } from 'node:crypto';
import { connectRedis } from '../../src/kernel/redis.ts';
import { redisUrl } from '../support/engine.ts';
import { describeRunbookLaws } from '../support/runbook-laws.ts';
import { countsIn, diamond, madeIn, type World, worldOf } from './fixtures/world.ts';

describeRunbookLaws<World>('the diamond', {
  make: () => {
    const redis = connectRedis(redisUrl());
    const world = worldOf(redis, `test-${randomUUID()}`);
    return Promise.resolve({
      runbook: diamond,
      env: () => Promise.resolve(world),
      target: 'default',
      input: null,
      snapshot: async () => (await madeIn(world)).toSorted(),
      writes: async () => {
        const counts = Object.entries(await countsIn(world));
        const applies = counts.filter(([call]) => call.startsWith('apply:'));
        return applies.reduce((sum, [, count]) => sum + Number(count), 0);
      },
      close: async () => {
        const keys = await redis.keys(`${world.key}:*`);
        if (keys.length > 0) await redis.del(keys);
        redis.disconnect();
      },
    });
  },
});
