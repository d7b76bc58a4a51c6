// Process lifecycle: readiness, drain before close, bounded stop, and health without workers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { commandBody, signed } from '../../slack/signed-command.ts';
import { type BotProcess, freePort, signingSecret, startBot } from '../../support/bot-process.ts';
import { type OwnRedis, openRedis } from '../../support/redis-server.ts';

let redis: OwnRedis | undefined;
const bots: BotProcess[] = [];
afterEach(async () => {
  redis?.resume();
  for (const bot of bots.splice(0)) await bot.stop();
  await redis?.stop();
  redis = undefined;
});

async function start(
  env: Readonly<Record<string, string>>,
  url?: string,
  before?: Parameters<typeof startBot>[0]['before'],
): Promise<BotProcess> {
  if (url === undefined) redis ??= await openRedis();
  const bot = await startBot({
    redisUrl: url ?? redis?.url ?? '',
    env,
    ...(before === undefined ? {} : { before }),
  });
  bots.push(bot);
  return bot;
}

const statusOf = async (bot: BotProcess, path: '/healthz' | '/readyz' | '/livez') =>
  (await bot.health(path)).status;
const ready = (bot: BotProcess): Promise<void> =>
  expect.poll(() => statusOf(bot, '/readyz'), { timeout: 30_000 }).toBe(200);
const ask = (bot: BotProcess, fields: Record<string, string> = {}): Promise<Response> =>
  fetch(`${bot.botUrl}/slack/commands`, signed(commandBody(fields), 0, signingSecret));
const ended = (bot: BotProcess, timeout: number): Promise<void> =>
  expect.poll(() => bot.exitCode(), { timeout }).toBe(0);

test('a receiver turns unready on SIGTERM, still answers, and then closes', async () => {
  const bot = await start({ LLMGW_ROLE: 'slack', DRAIN_SECONDS: '2' });
  await ready(bot);
  bot.kill('SIGTERM');
  await expect.poll(() => statusOf(bot, '/readyz')).toBe(503);
  expect((await bot.health('/readyz')).checks['stopping']).toMatchObject({ code: 'stopping' });
  expect(await statusOf(bot, '/livez')).toBe(200);
  const answer = await ask(bot);
  expect(answer.status).toBe(200);
  // The next request takes a new connection, which reaches another process.
  expect(answer.headers.get('connection')).toBe('close');
  await ended(bot, 10_000);
});

test('a worker releases its jobs and ends without a drain', async () => {
  const bot = await start({ LLMGW_ROLE: 'worker', DRAIN_SECONDS: '300' });
  await ready(bot);
  bot.kill('SIGTERM');
  await ended(bot, 10_000);
});

test.each(['slack', 'worker', 'all'])(
  'a process of the role %s stops in bounded time while Redis is frozen',
  async (role) => {
    const bot = await start({ LLMGW_ROLE: role, DRAIN_SECONDS: '0' });
    await ready(bot);
    redis?.pause();
    bot.kill('SIGTERM');
    await ended(bot, 10_000);
  },
);

test('a process that waits for an absent Redis stops in bounded time', async () => {
  const bot = await start({ DRAIN_SECONDS: '0' }, `redis://127.0.0.1:${await freePort()}`);
  await expect
    .poll(() => bot.log().find(({ msg }) => msg === 'redis setup wrong'), { timeout: 20_000 })
    .toMatchObject({
      level: 50,
      variable: 'REDIS_URL',
      problem: expect.stringContaining('Nothing listens at 127.0.0.1:'),
      next: expect.stringContaining('REDIS_URL'),
    });
  expect(await statusOf(bot, '/readyz')).toBe(503);
  bot.kill('SIGTERM');
  await ended(bot, 10_000);
});

test('a rolling restart under load loses no command', async () => {
  const first = await start({ DRAIN_SECONDS: '2' });
  await ready(first);
  const state = { turn: 0, isLoad: true, answered: 0, lost: 0 };
  const targets: BotProcess[] = [first];
  // A balancer that checks readiness twice a second, and forwards without a second try.
  const routed = new Set<BotProcess>([first]);
  const look = setInterval(() => {
    for (const bot of targets) {
      void statusOf(bot, '/readyz').then((status) =>
        status === 200 ? routed.add(bot) : routed.delete(bot),
      );
    }
  }, 500);
  const balancer = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const all = [...routed];
      const bot = all[(state.turn += 1) % all.length];
      fetch(`${bot?.botUrl}${request.url}`, {
        method: 'POST',
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks),
      }).then(
        (answer) => response.writeHead(answer.status).end(),
        () => response.writeHead(502).end(),
      );
    });
  });
  await new Promise<void>((resolve) => void balancer.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}/slack/commands`;
  const load = Promise.all(
    Array.from({ length: 4 }, async (_, lane) => {
      for (let n = 0; state.isLoad; n += 1) {
        const fields = { text: 'jobs', trigger_id: `load.${lane}.${n}` };
        const { status } = await fetch(url, signed(commandBody(fields), 0, signingSecret));
        if (status === 200) state.answered += 1;
        else state.lost += 1;
      }
    }),
  );
  while (targets.length < 3) {
    const old = targets.at(-1) ?? first;
    const next = await start({ DRAIN_SECONDS: '2' });
    targets.push(next);
    await ready(next);
    await expect.poll(() => routed.has(next)).toBe(true);
    old.kill('SIGTERM');
    await ended(old, 20_000);
  }
  state.isLoad = false;
  await load;
  clearInterval(look);
  balancer.close();
  expect(state.lost).toBe(0);
  expect(state.answered).toBeGreaterThan(50);
}, 120_000);

test('a process in Socket Mode is ready only once Slack is connected', async () => {
  const opening = {
    operation: 'apps.connections.open',
    action: { kind: 'status', status: 503, headers: {} },
  } as const;
  const bot = await start({ SLACK_MODE: 'socket' }, undefined, (_post, { fault }) =>
    Promise.resolve(fault(opening)),
  );
  await expect
    .poll(async () => (await bot.health()).checks['started'], { timeout: 20_000 })
    .toEqual({ ok: true });
  await expect
    .poll(async () => (await bot.health('/readyz')).checks['socket'])
    .toMatchObject({ ok: false, code: 'socket_away' });
  expect(await statusOf(bot, '/readyz')).toBe(503);
  bot.clearFaults();
  await ready(bot);
});

test('a receiver stays ready and alive in a Redis outage, and only its health check fails', async () => {
  const bot = await start({ LLMGW_ROLE: 'slack' });
  await ready(bot);
  await redis?.kill();
  await expect.poll(() => statusOf(bot, '/healthz'), { timeout: 20_000 }).toBe(503);
  expect(await statusOf(bot, '/readyz')).toBe(200);
  expect(await statusOf(bot, '/livez')).toBe(200);
  await redis?.start();
  await expect
    .poll(async () => (await bot.health()).checks['receiver-store'], { timeout: 30_000 })
    .toEqual({ ok: true });
});

test('a process is not ready while Redis may evict keys, until its policy is corrected', async () => {
  redis = await openRedis(['--maxmemory-policy', 'allkeys-lru']);
  const bot = await start({ LLMGW_ROLE: 'slack' });
  await expect
    .poll(async () => (await bot.health()).checks['redis-setup'], { timeout: 20_000 })
    .toMatchObject({ ok: false, code: 'store_unfit', next: expect.stringContaining('REDIS_URL') });
  expect(await statusOf(bot, '/readyz')).toBe(503);
  await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
  await ready(bot);
});

test('every role logs a wrong Redis password in one sentence with the variable, without its value', async () => {
  const port = await freePort();
  redis = await openRedis(['--port', String(port)]);
  await redis.client.config('SET', 'requirepass', 'right-secret');
  const url = `redis://:wrong-secret@127.0.0.1:${port}`;
  for (const role of ['slack', 'worker', 'all']) {
    const bot = await start({ LLMGW_ROLE: role }, url);
    await expect
      .poll(() => bot.log().find(({ msg }) => msg === 'redis setup wrong'), { timeout: 20_000 })
      .toMatchObject({
        variable: 'REDIS_URL',
        problem: expect.stringMatching(/rejects the user or the password/),
      });
    expect(await statusOf(bot, '/readyz')).not.toBe(200);
    expect(bot.output()).not.toContain('wrong-secret');
    expect(bot.output()).not.toContain('"kind":"bug"');
  }
}, 60_000);

test('a question without a worker gets one notice within 30 s, and health fails until a worker runs', async () => {
  const bot = await start({ LLMGW_ROLE: 'slack' });
  await ready(bot);
  await bot.command('/llmgw ask Is anybody there?');
  await expect
    .poll(
      async () =>
        (await bot.messages()).filter(({ text }) => text.includes('No worker is running')).length,
      {
        timeout: 30_000,
      },
    )
    .toBe(1);
  const { status, checks } = await bot.health();
  expect(status).toBe(503);
  expect(checks['worker-presence']).toMatchObject({
    ok: false,
    code: 'no_worker',
    next: expect.stringContaining('LLMGW_ROLE'),
  });
  expect(await statusOf(bot, '/readyz')).toBe(200);
  await start({ LLMGW_ROLE: 'worker' });
  await expect.poll(() => statusOf(bot, '/healthz'), { timeout: 30_000 }).toBe(200);
  expect(
    (await bot.messages()).filter(({ text }) => text.includes('No worker is running')),
  ).toHaveLength(1);
}, 90_000);

test('a frozen worker counts as no worker', async () => {
  const bot = await start({ LLMGW_ROLE: 'slack' });
  const worker = await start({ LLMGW_ROLE: 'worker' });
  await ready(bot);
  await ready(worker);
  worker.kill('SIGSTOP');
  await bot.post('message', { as: 'U0ALICE', channel: 'C0GATEWAY', text: '@llmgw ask Hello?' });
  await expect
    .poll(async () => JSON.stringify(await bot.messages()), { timeout: 30_000 })
    .toContain('No worker is running');
  worker.kill('SIGCONT');
  await expect.poll(() => statusOf(bot, '/healthz'), { timeout: 30_000 }).toBe(200);
}, 90_000);
