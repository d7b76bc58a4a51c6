// Injection and removal of a plan's faults.
import { connectRedis } from '../src/kernel/redis.ts';
import type { Trouble } from './events.ts';
import type { Stage } from './stage.ts';

/** @returns a function that removes the fault; undefined for a fault without a removal. */
export async function strike(
  { sandbox, fleet, front, slack }: Stage,
  trouble: Trouble,
): Promise<(() => Promise<unknown>) | undefined> {
  switch (trouble.kind) {
    case 'kill':
      fleet.kill(trouble.bot);
      return undefined;
    case 'freeze':
      fleet.freeze(trouble.bot);
      return async () => fleet.thaw(trouble.bot);
    case 'redis-killed':
      sandbox.redis.absence?.begin();
      return async () => sandbox.redis.absence?.end();
    case 'redis-full':
      await tellRedis(sandbox.redis.url, 'CONFIG', 'SET', 'maxmemory', '1');
      return () => tellRedis(sandbox.redis.url, 'CONFIG', 'SET', 'maxmemory', '0');
    case 'redis-read-only':
      await tellRedis(sandbox.redis.url, 'REPLICAOF', '127.0.0.1', '1');
      return () => tellRedis(sandbox.redis.url, 'REPLICAOF', 'NO', 'ONE');
    case 'slack-token':
      await slack.act('token', { token: 'bot', refusal: 'token_expired' });
      return () => slack.act('token', { token: 'bot', refusal: null });
    case 'service': {
      const { service, operation, action, probability } = trouble;
      const rule = { service, operation, action, probability, seed: 1 };
      const { id } = sandbox.context.faults.add(rule);
      return async () => sandbox.context.faults.remove(id);
    }
    case 'expire-tokens':
      await sandbox.services.control.actions['expire-tokens']?.();
      return undefined;
    case 'drop-sockets':
      await slack.act('drop-sockets', {});
      return undefined;
    case 'deliver-twice':
      front.deliverTwice(trouble.count);
      return undefined;
    case 'lose-acks':
      front.loseAcks(trouble.count);
      return undefined;
  }
}

/** An absent Redis accepts no command, and its restart resets the setting. */
async function tellRedis(url: string, name: string, ...args: string[]): Promise<void> {
  const redis = connectRedis(url, { failFast: true });
  await redis.call(name, ...args).catch(() => undefined);
  redis.disconnect();
}
