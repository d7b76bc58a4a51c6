// Redis server of the suite; each test file has its own database or prefix.
import { startRedis } from '../../sandbox/processes/start-redis.ts';

export async function setup(): Promise<() => Promise<void>> {
  const redis = await startRedis();
  process.env['TEST_REDIS_URL'] = redis.url;
  return () => redis.stop();
}
