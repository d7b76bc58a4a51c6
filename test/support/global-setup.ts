// Starts one Redis for the whole suite; each test file takes a database or prefix of its own.
import { startRedis } from '../../sandbox/processes/start-redis.ts';

export async function setup(): Promise<() => Promise<void>> {
  const redis = await startRedis();
  process.env['TEST_REDIS_URL'] = redis.url;
  return () => redis.stop();
}
