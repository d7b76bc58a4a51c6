// Redis keys after a gateway's life, against the retention table of docs/operations.md.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeFigures } from '../../chaos/figures.ts';
import { pendingWork, readStore, withRedis } from '../../chaos/store.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
}, 180_000);
afterAll(() => sandbox?.stop());

const story = [
  ['/llmgw notify here', 'olivia'],
  ['/llmgw provision --yes --for 8h', 'olivia'],
  ['/llmgw key', 'alice'],
  ['/llmgw key rotate', 'alice'],
  ['/llmgw ask Are you there?', 'alice'],
  ['@llmgw ask --private Are you there?', 'alice'],
  ['/llmgw quota', 'alice'],
  ['/llmgw doctor', 'olivia'],
  ['/llmgw plan', 'olivia'],
  ['/llmgw audit', 'olivia'],
  ['/llmgw teardown default --remove-apps --confirm default', 'olivia'],
] as const;

test('every key after a gateway’s life has a row in the table, and none outlives its row', async () => {
  for (const [text, as] of story) {
    const { exitCode, text: printed } = await sandbox.say(text, { as, wait: true });
    expect(exitCode, printed).toBe(0);
  }
  const home = { as: 'alice' };
  await fetch(`${sandbox.url}/_sandbox/slack/open-home`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(home),
  });
  const url = sandbox.redis.url;
  await expect.poll(() => withRedis(url, pendingWork), { timeout: 60_000 }).toEqual([]);
  const keys = await readStore(url);
  expect(keys.length).toBeGreaterThan(50);
  expect(storeFigures(keys).undeclaredKeys).toEqual([]);
  expect(keys.filter(({ key }) => /^llmgw:(lock:|open$)/.test(key))).toEqual([]);
  // BullMQ keeps ten thousand events a queue by default.
  const limits = await withRedis(url, async (redis) => {
    const metas = keys.filter(({ key }) => /^llmgw:queue:[^:]+:meta$/.test(key));
    return Promise.all(metas.map(({ key }) => redis.hget(key, 'opts.maxLenEvents')));
  });
  expect(new Set(limits)).toEqual(new Set(['100']));
}, 300_000);
