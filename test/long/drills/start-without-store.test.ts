// Starts of workers while Redis takes no writes.
import { afterEach, expect, test } from 'vitest';
import { type BotProcess, startBot } from '../../support/bot-process.ts';
import { type OwnRedis, openRedis } from '../../support/redis-server.ts';

let redis: OwnRedis | undefined;
let bot: BotProcess | undefined;
afterEach(async () => {
  await bot?.stop();
  await redis?.stop();
  bot = undefined;
  redis = undefined;
});

const troubles = {
  full: [(own: OwnRedis) => own.fill(), (own: OwnRedis) => own.drain()],
  'a replica': [(own: OwnRedis) => own.demote(), (own: OwnRedis) => own.promote()],
} as const;

/** Resolves once the start waits for Redis. */
async function startInTrouble(
  begin: (own: OwnRedis) => Promise<void>,
  role: string,
): Promise<{ readonly own: OwnRedis; readonly waiting: BotProcess }> {
  const own = await openRedis();
  redis = own;
  await begin(own);
  const waiting = await startBot({ redisUrl: own.url, env: { LLMGW_ROLE: role } });
  bot = waiting;
  const isHeld = (): boolean => waiting.log().some(({ msg }) => msg === 'schedule not stored');
  await expect.poll(isHeld, { timeout: 20_000 }).toBe(true);
  return { own, waiting };
}

test.each([
  ['all', 'full'],
  ['all', 'a replica'],
  ['worker', 'full'],
  ['worker', 'a replica'],
] as const)(
  'a process of the role %s that starts while Redis is %s stays unready until Redis accepts writes',
  async (role, trouble) => {
    const [begin, end] = troubles[trouble];
    const { own, waiting } = await startInTrouble(begin, role);
    expect((await waiting.health('/livez')).status).toBe(200);
    expect((await waiting.health('/readyz')).status).toBe(503);
    expect((await waiting.health()).checks['started']).toMatchObject({ ok: false });
    await end(own);
    await expect.poll(async () => (await waiting.health()).status, { timeout: 20_000 }).toBe(200);
    expect((await waiting.health('/readyz')).status).toBe(200);
    expect(waiting.exitCode()).toBeNull();
    expect(waiting.log().some(({ msg }) => msg === 'llmgw started')).toBe(true);
  },
);

test('a receiver answers that Redis is full while its workers wait for it', async () => {
  const { waiting } = await startInTrouble((own) => own.fill(), 'all');
  await waiting.command('/llmgw ask Are you there?');
  await expect
    .poll(async () => (await waiting.messages()).findLast(({ from }) => from.isBot)?.text)
    .toContain('is full');
});

test('a process that waits for Redis at its start stops without an error on SIGTERM', async () => {
  const { waiting } = await startInTrouble((own) => own.demote(), 'all');
  waiting.kill('SIGTERM');
  await expect.poll(() => waiting.exitCode(), { timeout: 20_000 }).toBe(0);
  expect(waiting.output()).not.toContain('Abort');
});

test('a restart of a frozen Redis is logged in few lines, and not as an unexpected error', async () => {
  const own = await openRedis();
  redis = own;
  const worker = await startBot({ redisUrl: own.url, env: { LLMGW_ROLE: 'worker' } });
  bot = worker;
  const healthy = (): Promise<void> =>
    expect.poll(async () => (await worker.health()).status, { timeout: 20_000 }).toBe(200);
  await healthy();
  own.pause();
  expect((await worker.health()).status).toBe(503);
  await own.kill();
  await own.start();
  await healthy();
  const text = JSON.stringify(worker.log());
  expect(text).toContain('"code":"store_down"');
  expect(text).not.toContain('"kind":"bug"');
});
