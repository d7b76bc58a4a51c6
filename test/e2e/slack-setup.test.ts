// Wrong Slack set-ups, each named with its variable and remedy, never with a value.
import { commandBody, signed } from '../slack/signed-command.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type OwnRedis, openRedis } from '../support/redis-server.ts';
import {
  type BotProcess,
  type BotProcessOptions,
  type LogLine,
  botToken,
  signingSecret,
  startBot,
} from '../support/bot-process.ts';

let redis: OwnRedis;
let bot: BotProcess | undefined;
beforeAll(async () => {
  redis = await openRedis();
});
afterEach(async () => {
  await bot?.stop();
  bot = undefined;
  // Each sandbox counts its deliveries from one: the bot must not treat them as repeats.
  await redis.client.flushall();
});
afterAll(() => redis?.stop());

async function start(
  env: Readonly<Record<string, string>> = {},
  before?: BotProcessOptions['before'],
): Promise<BotProcess> {
  bot = await startBot({
    redisUrl: redis.url,
    env: { LLMGW_ROLE: 'slack', ...env },
    ...(before === undefined ? {} : { before }),
  });
  return bot;
}

const healthy = (of: BotProcess): Promise<void> =>
  expect.poll(async () => (await of.health()).status, { timeout: 30_000 }).toBe(200);

/** Waits for the log line about the set-up. */
async function named(of: BotProcess): Promise<LogLine | undefined> {
  const find = (): LogLine | undefined => of.log().find(({ msg }) => msg === 'slack setup wrong');
  await expect.poll(find, { timeout: 30_000 }).toBeDefined();
  return find();
}

test.each(['slack', 'worker'])(
  'an unknown bot token makes the role %s not ready, and the log names the variable and the remedy',
  async (role) => {
    const foreign = 'xoxb-of-another-workspace';
    const of = await start({ LLMGW_ROLE: role, SLACK_BOT_TOKEN: foreign });
    const line = await named(of);
    expect(line).toMatchObject({ level: 50, variable: 'SLACK_BOT_TOKEN' });
    expect(line?.['next']).toContain('SLACK_BOT_TOKEN');
    await expect
      .poll(async () => (await of.health()).checks['slack'])
      .toMatchObject({ ok: false, code: 'slack_token' });
    expect((await of.health('/readyz')).status).toBe(503);
    expect(of.output()).not.toContain(foreign);
    expect(of.exitCode()).toBeNull();
  },
);

test.each([
  ['accesslimited', 'http', 'SLACK_BOT_TOKEN'],
  ['no_permission', 'http', 'SLACK_BOT_TOKEN'],
  ['missing_scope', 'http', 'SLACK_BOT_TOKEN'],
  ['a_code_of_tomorrow', 'http', 'SLACK_BOT_TOKEN'],
  ['forbidden_team', 'socket', 'SLACK_APP_TOKEN'],
  ['a_code_of_tomorrow', 'socket', 'SLACK_APP_TOKEN'],
])(
  'a token refused with %s over %s is a wrong set-up, also without a rule for the code',
  async (refusal, mode, variable) => {
    const token = mode === 'http' ? 'bot' : 'app';
    const of = await start({ SLACK_MODE: mode }, (post) => post('token', { token, refusal }));
    const line = await named(of);
    expect(line).toMatchObject({ variable });
    expect(JSON.stringify(line)).toContain(refusal);
    expect((await of.health('/readyz')).status).toBe(503);
    expect((await of.health()).checks['slack']?.ok).toBe(false);
    await of.post('token', { token, refusal: null });
    await healthy(of);
  },
);

test('a migration of the workspace into an organisation is no wrong set-up', async () => {
  const of = await start({}, (post) =>
    post('token', { token: 'bot', refusal: 'team_added_to_org' }),
  );
  await expect
    .poll(() => of.log().some(({ msg }) => msg === 'slack setup check failed'), { timeout: 20_000 })
    .toBe(true);
  expect(of.log().some(({ msg }) => msg === 'slack setup wrong')).toBe(false);
});

test('a bot whose token is revoked is not ready until the token is valid again', async () => {
  const of = await start();
  await healthy(of);
  await of.post('token', { token: 'bot', refusal: 'token_revoked' });
  await of.post('message', { as: 'U0ALICE', channel: 'C0GATEWAY', text: '@llmgw help' });
  const line = await named(of);
  expect(JSON.stringify(line)).toContain('token_revoked');
  await expect.poll(async () => (await of.health('/readyz')).status).toBe(503);
  await of.post('token', { token: 'bot', refusal: null });
  await healthy(of);
  expect((await of.health('/readyz')).status).toBe(200);
});

test('missing scopes of the manifest are named, and missing optional ones only warn', async () => {
  const scopes = [
    'commands',
    'chat:write',
    'app_mentions:read',
    'im:history',
    'im:write',
    'users:read',
  ];
  const of = await start({}, (post) => post('scopes', { scopes }));
  await named(of);
  await expect
    .poll(async () => (await of.health()).checks['slack'])
    .toMatchObject({ ok: false, code: 'slack_scope' });
  const { next } = (await of.health()).checks['slack'] ?? {};
  expect(next).toContain('`files:write`');
  expect(next).toContain('`users:read.email`');
  expect(next).not.toContain('usergroups:read');
  const warned = of.log().find(({ msg }) => msg === 'optional scopes missing');
  expect(warned).toMatchObject({ level: 40, scopes: ['channels:history', 'usergroups:read'] });
});

test('a scope removed while the bot runs is named to the operator at the first call that needs it', async () => {
  const of = await start();
  await healthy(of);
  await of.post('scopes', { scopes: ['commands', 'app_mentions:read', 'users:read'] });
  await of.post('message', { as: 'U0ALICE', channel: 'C0GATEWAY', text: '@llmgw help' });
  expect(JSON.stringify(await named(of))).toContain('chat:write');
});

test('an outage of Slack at the start is no wrong set-up', async () => {
  const of = await start({}, async (_post, { fault }) =>
    fault({ operation: 'auth.test', action: { kind: 'status', status: 503, headers: {} } }),
  );
  await healthy(of);
  await expect
    .poll(() => of.log().some(({ msg }) => msg === 'slack setup check failed'), { timeout: 20_000 })
    .toBe(true);
  expect(of.log().some(({ msg }) => msg === 'slack setup wrong')).toBe(false);
});

/** A command, signed that many seconds ago. */
function deliver(of: BotProcess, secret: string, age = 0): Promise<Response> {
  const body = 'command=%2Fllmgw&text=help&user_id=U0ALICE&channel_id=C0GATEWAY&trigger_id=t.1';
  return fetch(`${of.botUrl}/slack/events`, signed(body, -age, secret));
}

test('deliveries with another signing secret are counted, logged with the remedy, and fail the health check', async () => {
  const of = await start();
  await healthy(of);
  const foreign = await Promise.all(
    Array.from({ length: 20 }, () => deliver(of, 'another-secret')),
  );
  expect(new Set(foreign.map(({ status }) => status))).toEqual(new Set([401]));
  expect((await of.health()).checks['signatures']).toMatchObject({
    ok: false,
    code: 'signing_secret',
  });
  expect((await of.health()).checks['signatures']?.next).toContain('SLACK_SIGNING_SECRET');
  const metrics = await (await fetch(of.metricsUrl)).text();
  expect(metrics).toContain('llmgw_refused_signatures_total{reason="mismatch"} 20');
  const refused = of.log().filter(({ msg }) => msg === 'delivery signature refused');
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({ variable: 'SLACK_SIGNING_SECRET' });
  // Anybody can send a wrong signature: it must not block Slack's own deliveries.
  expect((await of.health('/readyz')).status).toBe(200);
  expect((await deliver(of, signingSecret)).status).toBe(200);
  await healthy(of);
});

test('a signing secret changed in Slack fails the health check of a running bot, and a few forged deliveries do not', async () => {
  const of = await start();
  await healthy(of);
  expect((await deliver(of, signingSecret)).status).toBe(200);
  await deliver(of, 'secret-of-a-stranger');
  expect((await of.health()).checks['signatures']).toEqual({ ok: true });
  for (let times = 0; times < 5; times += 1) await deliver(of, 'the-new-secret');
  const { signatures } = (await of.health()).checks;
  expect(signatures).toMatchObject({ ok: false, code: 'signing_secret' });
  expect((await of.health('/readyz')).status).toBe(200);
  expect((await deliver(of, signingSecret)).status).toBe(200);
  expect((await of.health()).checks['signatures']).toEqual({ ok: true });
});

test.each([-3_600, 3_600])(
  'a clock that is %d s off is named in health despite a correct signing secret',
  async (secondsOff) => {
    const of = await start();
    await healthy(of);
    expect((await deliver(of, signingSecret, secondsOff)).status).toBe(401);
    const { signatures } = (await of.health()).checks;
    expect(signatures).toMatchObject({ ok: false, code: 'clock_off' });
    expect(signatures?.next).toContain('clock');
    const refused = of.log().find(({ msg }) => msg === 'delivery signature refused');
    expect(refused).toMatchObject({ reason: 'stale' });
  },
);

test.each([
  ['that Slack does not know', { SLACK_APP_TOKEN: 'xapp-of-another-app' }, {}],
  ['without the scope for connections', {}, { path: 'app-scopes', body: { scopes: [] } }],
  ['that was revoked', {}, { path: 'token', body: { token: 'app', refusal: 'token_revoked' } }],
])('in Socket Mode an app token %s is named, and the bot is not ready', async (_how, env, knob) => {
  const of = await start({ SLACK_MODE: 'socket', ...env }, async (post) => {
    if ('path' in knob) await post(knob.path, knob.body);
  });
  expect(await named(of)).toMatchObject({ variable: 'SLACK_APP_TOKEN' });
  await expect.poll(async () => (await of.health('/readyz')).status).toBe(503);
  expect((await of.health()).checks['slack']?.next).toContain('connections:write');
});

test('the bot in Socket Mode is ready once it is connected', async () => {
  const of = await start({ SLACK_MODE: 'socket' }, async (_post, { fault }) =>
    fault({
      operation: 'apps.connections.open',
      action: { kind: 'status', status: 503, headers: {} },
    }),
  );
  await expect
    .poll(async () => (await of.health()).checks['socket'], { timeout: 20_000 })
    .toMatchObject({ ok: false, code: 'socket_away' });
  expect((await of.health('/readyz')).status).toBe(503);
  of.clearFaults();
  await healthy(of);
  expect((await of.health('/readyz')).status).toBe(200);
});

test.each([
  ['SLACK_BOT_TOKEN', 'xoxp-of-a-person-secret', 'a user token'],
  ['SLACK_BOT_TOKEN', 'xapp-of-the-app-secret', 'SLACK_APP_TOKEN'],
  ['SLACK_APP_TOKEN', 'xoxb-of-the-bot-secret', 'SLACK_BOT_TOKEN'],
  ['SLACK_SIGNING_SECRET', botToken, 'Signing Secret'],
])(
  '%s with a token of another kind stops the start with a reason, and without the value',
  async (name, value, words) => {
    const of = await start({ [name]: value });
    await expect.poll(() => of.exitCode(), { timeout: 20_000 }).toBe(1);
    expect(of.output()).toContain(name);
    expect(of.output()).toContain(words);
    expect(of.output()).not.toContain(value);
  },
);

test('an unknown user group is named, and the other operators keep their rights', async () => {
  const of = await start({ LLMGW_OPERATORS: 'S0GONE,U0OLIVIA' });
  expect(await named(of)).toMatchObject({ variable: 'LLMGW_OPERATORS' });
  await healthy(of);
  expect((await of.health('/readyz')).status).toBe(200);
  await of.command('/llmgw audit', 'U0ALICE');
  const told = async (): Promise<string> => JSON.stringify(await of.messages('U0ALICE'));
  await expect.poll(told, { timeout: 20_000 }).toContain('S0GONE');
  expect(await told()).toContain('LLMGW_OPERATORS');
  await of.command('/llmgw cancel nonsense', 'U0OLIVIA');
  await expect
    .poll(async () => JSON.stringify(await of.messages('U0OLIVIA')))
    .toContain('nonsense');
});

test('credentials of two Slack apps are named at the first delivery, and the bot is not ready', async () => {
  const of = await start();
  await healthy(of);
  const body = commandBody({ api_app_id: 'A0STAGING' });
  await fetch(`${of.botUrl}/slack/events`, signed(body, 0, signingSecret));
  expect(await named(of)).toMatchObject({ variable: 'SLACK_BOT_TOKEN' });
  expect((await of.health('/readyz')).status).toBe(503);
  expect((await of.health()).checks['slack']).toMatchObject({ code: 'slack_apps_differ' });
});

test('Socket Mode turned off while the bot runs is named, and health recovers when it is on again', async () => {
  const of = await start({ SLACK_MODE: 'socket' });
  await healthy(of);
  await of.post('drop-sockets', { how: 'off' });
  expect(await named(of)).toMatchObject({ variable: 'SLACK_MODE' });
  await expect.poll(async () => (await of.health('/readyz')).status).toBe(503);
  expect((await of.health()).checks['slack']?.next).toContain('Socket Mode');
  await of.post('drop-sockets', { how: 'on' });
  await healthy(of);
});
