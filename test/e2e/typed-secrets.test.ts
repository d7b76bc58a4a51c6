// Secrets that people type, masked before storage, requests, logs and audit entries.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRedis } from '../../src/kernel/redis.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const consumerKey = 'Zk3mVh9TtYw2LrPn8sBd5fGj7cAe1uQxZk3mVh9TtYw2LrPn';
const accessToken = `hf_${'AbCdEfGh1234'.repeat(3)}`;
const secrets = [consumerKey, accessToken];

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
}, 90_000);
afterAll(() => sandbox?.stop());

/** Every key and value, whatever its type. */
async function storedTexts(): Promise<string> {
  const redis = connectRedis(sandbox.redis.url);
  const keys = await redis.keys('*');
  const readers: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => redis.get(key),
    hash: (key) => redis.hgetall(key),
    list: (key) => redis.lrange(key, 0, -1),
    set: (key) => redis.smembers(key),
    zset: (key) => redis.zrange(key, '0', '-1'),
    stream: (key) => redis.xrange(key, '-', '+'),
  };
  const values = await Promise.all(keys.map(async (key) => readers[await redis.type(key)]?.(key)));
  await redis.quit();
  return JSON.stringify([keys, values]);
}

interface Shown {
  readonly messages: Readonly<Record<string, readonly { readonly byBot: boolean }[]>>;
}

const told = (): string => {
  const { messages } = sandbox.context.state<Shown>('slack', () => ({ messages: {} }));
  return JSON.stringify(
    Object.values(messages)
      .flat()
      .filter(({ byBot }) => byBot),
  );
};

test('a key or token that a person types is stored nowhere but in that message', async () => {
  for (const secret of secrets) {
    for (const text of [
      `/llmgw ask why does ${secret} not work`,
      `/llmgw ask --private is "${secret}" mine`,
      `/llmgw quota request 9/minute as ${secret} is slow`,
      `/llmgw status ${secret}`,
      `/llmgw key revoke ${secret}`,
      `/llmgw ${secret}`,
      `/llmgw audit --user ${secret}`,
      `@llmgw ask about ${secret}`,
      `@llmgw ${secret}`,
    ]) {
      const { text: shown } = await sandbox.say(text, { wait: true });
      expect(shown.replaceAll(text, ''), text).not.toContain(secret);
    }
  }
  const { text: trail } = await sandbox.say('/llmgw audit --export jsonl', { wait: true });
  const everywhere = { told: told(), stored: await storedTexts(), log: sandbox.botLog(), trail };
  for (const [where, found] of Object.entries(everywhere)) {
    for (const secret of secrets) expect(found.includes(secret), where).toBe(false);
  }
  expect(everywhere.stored).toContain(`•••${consumerKey.slice(-4)}`);
}, 120_000);
