// Short fuzz runs of every entry point; `npm run fuzz` has the long ones.
import { expect, test } from 'vitest';
import { openRedis } from '../support/redis-server.ts';
import { doors, fuzz } from './fuzz.ts';

test.each(doors)(
  'the entry point %s answers or refuses a few hundred inputs, and notifies nobody',
  async (door) => {
    const redis = await openRedis(['--appendonly', 'no']);
    try {
      const report = await fuzz(door, { inputs: 250, seed: 20_261_130, redisUrl: redis.url });
      expect(report.findings).toEqual([]);
      expect(report.inputs).toBe(250);
      expect(report.calls).toBeGreaterThan(0);
    } finally {
      await redis.stop();
    }
  },
  60_000,
);
