// Reports and recovery with a Redis that is full, unsaved, a replica or frozen.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BotProcess, type LogLine, freePort, startBot } from '../../support/bot-process.ts';
import {
  type OwnRedis,
  type RedisAddress,
  openAddress,
  openRedis,
} from '../../support/redis-server.ts';

let redis: OwnRedis;
let address: RedisAddress;
let bot: BotProcess;
beforeAll(async () => {
  redis = await openRedis(['--enable-protected-configs', 'yes']);
  address = await openAddress(redis.socket);
  bot = await startBot({ redisUrl: address.url });
}, 60_000);
beforeEach(() => healthy());
afterAll(async () => {
  redis?.resume();
  await bot?.stop();
  await address?.close();
  await redis?.stop();
});

const healthy = (): Promise<void> =>
  expect.poll(async () => (await bot.health()).status, { timeout: 30_000 }).toBe(200);

const newest = async (): Promise<string> =>
  (await bot.messages()).findLast(({ from }) => from.isBot)?.text ?? '';

/** Repeats the command until the answer is no longer about the store. */
const served = (): Promise<void> =>
  expect
    .poll(
      async () => {
        await bot.command('/llmgw jobs');
        await bot.command('/llmgw ask Is it back?');
        return newest();
      },
      { timeout: 20_000, interval: 500 },
    )
    .toContain('Is it back?');

async function heardOnEverySurface(words: string): Promise<void> {
  await bot.command('/llmgw ask Are you there?');
  await expect.poll(newest).toContain(words);
  expect(await newest()).toContain('Next:');
  const ts = await bot.post('message', {
    as: 'U0ALICE',
    channel: 'C0GATEWAY',
    text: '@llmgw ask Are you there?',
  });
  await expect
    .poll(async () => (await bot.messages()).find((each) => each.threadTs === ts['ts'])?.text)
    .toContain(words);
  const direct = await bot.post('message', {
    as: 'U0ALICE',
    channel: '@llmgw',
    text: 'ask Are you there?',
  });
  await expect
    .poll(
      async () =>
        (await bot.messages('U0ALICE', '@llmgw')).find((each) => each.threadTs === direct['ts'])
          ?.text,
    )
    .toContain(words);
}

test('a full Redis is reported on every Slack surface, in health and in few log lines, and the bot recovers', async () => {
  await bot.command('/llmgw ask --private Shall I be stopped?');
  await bot.command('/llmgw ask');
  await redis.fill();
  const before = bot.log().length;
  await heardOnEverySurface('is full');
  const stoppable = (await bot.messages()).find(({ text }) => text.includes('Shall I be stopped?'));
  await bot.post('click', {
    as: 'U0ALICE',
    label: 'Stop',
    messageTs: stoppable?.ts,
    confirmed: true,
  });
  await expect
    .poll(async () => JSON.stringify((await bot.messages()).slice(-1)))
    .toContain('is full');
  await bot.post('submit', { as: 'U0ALICE', values: { prompt: 'Are you there?' } });
  expect(JSON.stringify(await bot.screen())).toContain('is full');
  const health = await bot.health();
  expect(health.status).toBe(503);
  expect(health.checks['receiver-store']).toMatchObject({ ok: false, code: 'store_full' });
  expect((await bot.health('/livez')).status).toBe(200);
  // A receiver whose store fails still answers people, so it keeps its traffic.
  expect((await bot.health('/readyz')).status).toBe(200);
  await redis.drain();
  await served();
  await healthy();
  const lines = bot.log().slice(before);
  const seconds = new Map<string, number>();
  for (const line of lines.filter((each) => JSON.stringify(each).includes('store_full'))) {
    const second = String(line['time']).slice(0, 19);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  // The limit of repeated log lines, and two health checks that changed.
  expect(Math.max(...seconds.values())).toBeLessThanOrEqual(5);
  expect(unforeseen(lines)).toEqual([]);
});

test('a Redis that cannot save to its disk is reported, and the bot recovers with the disk', async () => {
  const directory = await redis.client.config('GET', 'dir');
  const gone = mkdtempSync(join(tmpdir(), 'llmgw-gone-'));
  await redis.client.config('SET', 'dir', gone);
  await redis.client.config('SET', 'save', '3600 1');
  rmSync(gone, { recursive: true });
  await redis.client.bgsave();
  await expect.poll(() => redis.client.info('persistence')).toContain('rdb_last_bgsave_status:err');
  await bot.command('/llmgw ask Can you write?');
  await expect.poll(newest).toContain("can't write to its disk");
  expect((await bot.health()).checks['receiver-store']).toMatchObject({ code: 'store_not_saving' });
  await redis.client.config('SET', 'dir', String(Array.isArray(directory) ? directory[1] : ''));
  await redis.client.bgsave();
  await served();
});

test('the bot serves through its open connections after a failover made the old primary a read-only replica', async () => {
  await redis.demote();
  await bot.command('/llmgw ask Are you the primary?');
  // Outcomes of earlier questions may follow it.
  await expect
    .poll(async () => JSON.stringify((await bot.messages()).slice(-6)))
    .toContain('read-only during a failover');
  await expect
    .poll(async () => (await bot.health()).checks['receiver-store']?.code)
    .toBe('store_read_only');
  await redis.promote();
  await served();
});

test('every connection moves to the new server after a failover behind the same address', async () => {
  const port = String(await freePort());
  const other = await openRedis(['--port', port]);
  try {
    // The new primary has taken over; the old one follows it, and refuses every change.
    address.pointTo(other.socket);
    await redis.client.call('REPLICAOF', '127.0.0.1', port);
    await served();
    await expect
      .poll(async () => JSON.stringify((await bot.messages()).slice(-4)), { timeout: 20_000 })
      .toContain('llmgw.outcome:failed:ask-');
    await expect.poll(() => clientsOf(redis)).toEqual([]);
  } finally {
    address.pointTo(redis.socket);
    await redis.promote();
    await other.demote();
    await healthy();
    await other.stop();
  }
});

test('receiver and workers reach the new primary after the old machine vanished without closing connections', async () => {
  const before = bot.log().length;
  address.strand();
  await served();
  await healthy();
  await expect
    .poll(async () => JSON.stringify((await bot.messages()).slice(-4)), { timeout: 20_000 })
    .toContain('llmgw.outcome:failed:ask-');
  expect(unforeseen(bot.log().slice(before))).toEqual([]);
}, 60_000);

test('a frozen Redis fails the health check within a bounded wait, and the process stays alive', async () => {
  redis.pause();
  const health = await bot.health();
  expect(health.status).toBe(503);
  expect(health.checks['receiver-store']?.ok).toBe(false);
  expect(health.checks['worker-store']?.ok).toBe(false);
  expect((await bot.health('/livez')).status).toBe(200);
  redis.resume();
  await served();
});

test('a Redis that may evict keys is reported at the start with the variable and the remedy', async () => {
  const evicting = await openRedis(['--maxmemory-policy', 'allkeys-lru']);
  const second = await startBot({ redisUrl: evicting.url, env: { LLMGW_ROLE: 'slack' } });
  try {
    const line = () => second.log().find(({ msg }) => msg === 'redis setup wrong');
    await expect
      .poll(line, { timeout: 20_000 })
      .toMatchObject({ found: 'allkeys-lru', variable: 'REDIS_URL' });
    expect(line()?.['next']).toContain('noeviction');
  } finally {
    await second.stop();
    await evicting.stop();
  }
});

/** Lines about errors that no table of the bot knows. */
const unforeseen = (lines: readonly LogLine[]): LogLine[] =>
  lines.filter((line) => JSON.stringify(line).includes('"kind":"bug"'));

/** The bot's connections at a server. */
async function clientsOf({ client }: OwnRedis): Promise<string[]> {
  const own = await client.client('ID');
  const list = String(await client.client('LIST'));
  const all = list.split('\n').filter((line) => / flags=[NPbx]+ /.test(line));
  return all.filter((line) => !line.startsWith(`id=${own} `));
}
