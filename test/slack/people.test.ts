// Access by organisation: members are served, outsiders are refused, programs are ignored.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuditEntry, createAuditTrail } from '../../src/kernel/audit-trail.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { quiet, redisUrl } from '../support/engine.ts';
import { type TestWorkspace, botToken, openWorkspace } from './open-workspace.ts';
import { commandBody, signed } from './signed-command.ts';

const redis = connectRedis(redisUrl());
afterAll(() => redis.quit());

const outsider = /your Slack account belongs to another/;
const help = (text: string): boolean => text.startsWith('Commands:');

function audit({ prefix, redactor }: TestWorkspace): Promise<AuditEntry[]> {
  return createAuditTrail({ redis, prefix, redactor, log: quiet }).read({ last: 500 });
}

interface Newcomer {
  readonly name: string;
  readonly team?: string;
  readonly enterprise?: string;
  readonly guest?: 'multi_channel' | 'single_channel';
  readonly isStranger?: boolean;
}

async function addPerson(slack: TestWorkspace, one: Newcomer): Promise<string> {
  const answer = await slack.post('people', { channels: ['llm-gateway'], ...one });
  return (answer as { person: { id: string } }).person.id;
}

const textsOf = async (slack: TestWorkspace, as: string): Promise<string[]> =>
  (await slack.screen(as)).messages.filter(({ from }) => from.isBot).map(({ text }) => text);

const deliver = async (slack: TestWorkspace, body: string, type?: string): Promise<Response> => {
  const request = signed(body);
  const headers =
    type === undefined ? request.headers : { ...request.headers, 'content-type': type };
  return fetch(`${slack.botUrl}/slack/events`, { ...request, headers });
};

const deliverEvent = (slack: TestWorkspace, event: object, outer: object = {}): Promise<Response> =>
  deliver(
    slack,
    JSON.stringify({
      type: 'event_callback',
      event_id: `Ev${randomUUID()}`,
      team_id: 'T0SANDBOX',
      api_app_id: 'A0LLMGW',
      event: { channel: 'C0GATEWAY', ts: `${Date.now() / 1000}`, ...event },
      ...outer,
    }),
    'application/json',
  );

/** A message of the bot in #llm-gateway with one button. */
async function postButton(
  { sandboxUrl }: TestWorkspace,
  { label, action, value }: { label: string; action: string; value: string },
): Promise<string> {
  const button = {
    type: 'button',
    text: { type: 'plain_text', text: label },
    action_id: action,
    value,
  };
  const answer = await fetch(`${sandboxUrl}/slack/api/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      channel: 'C0GATEWAY',
      text: label,
      blocks: [{ type: 'actions', elements: [button] }],
    }),
  });
  return ((await answer.json()) as { ts: string }).ts;
}

describe.each(['http', 'socket'] as const)('a person of another organisation, over %s', (mode) => {
  let slack: TestWorkspace;
  let mallory: string;
  beforeAll(async () => {
    slack = await openWorkspace({ mode, operators: 'U0OLIVIA,C0GATEWAY' });
    mallory = await addPerson(slack, { name: 'mallory', team: 'T0PARTNER' });
  });
  afterAll(() => slack.close());

  const refusals = async (): Promise<string[]> =>
    (await textsOf(slack, mallory)).filter((text) => outsider.test(text));

  test('a colleague is served in the same channel', async () => {
    // In Socket Mode the bot connects in the background.
    await expect
      .poll(() => slack.command('/llmgw help', 'U0ALICE'), { timeout: 20_000 })
      .toMatchObject({ delivered: true });
    await slack.sees(({ text }) => help(text), 'U0ALICE');
  });

  test('a slash command is refused in one ephemeral sentence, with an audit entry', async () => {
    await slack.command('/llmgw provision --yes', mallory);
    const seen = await slack.sees(({ text }) => outsider.test(text), mallory);
    expect(seen.ephemeral).toBe(true);
    expect(await slack.startedInputs()).toEqual([]);
    await expect
      .poll(() => audit(slack))
      .toContainEqual(
        expect.objectContaining({
          who: mallory,
          via: 'slash',
          outcome: 'refused',
          what: 'person.refused',
        }),
      );
  });

  test('a mention is refused with one ephemeral sentence and starts no job', async () => {
    const before = (await refusals()).length;
    await slack.message('@llmgw provision --yes', mallory);
    await expect.poll(async () => (await refusals()).length).toBe(before + 1);
    expect((await textsOf(slack, 'U0BOB')).filter((text) => outsider.test(text))).toEqual([]);
    expect(await slack.startedInputs()).toEqual([]);
  });

  test('a direct message is refused', async () => {
    await slack.message('help', mallory, 'U0LLMGW');
    await slack.sees(({ text }) => outsider.test(text), mallory, 'U0LLMGW');
  });

  test('an action on the button of a colleague is refused', async () => {
    const ts = await postButton(slack, { label: 'Get a key', action: 'command.key', value: 'key' });
    const before = (await refusals()).length;
    await slack.click('Get a key', ts, mallory);
    await expect.poll(async () => (await refusals()).length).toBe(before + 1);
    expect(await slack.payloads('key')).toEqual([]);
    await expect
      .poll(() => audit(slack))
      .toContainEqual(expect.objectContaining({ who: mallory, via: 'click', said: 'command.key' }));
  });

  test('a message shortcut is refused', async () => {
    const ts = await slack.message('Something to ask about', 'U0ALICE');
    const before = (await refusals()).length;
    await slack.post('shortcut', { as: mallory, messageTs: ts, shortcut: 'ask.message' });
    await expect.poll(async () => (await refusals()).length).toBe(before + 1);
    expect((await slack.screen(mallory)).modals).toEqual([]);
  });

  test('the Home tab of an outsider shows a refusal', async () => {
    await slack.post('open-home', { as: mallory });
    await expect
      .poll(async () => JSON.stringify((await slack.screen(mallory)).home ?? ''))
      .toContain('belongs to another organization');
    expect(await slack.payloads('home')).toEqual([]);
  });
});

test('a colleague in the operators’ channel is an operator, and a guest is not', async () => {
  const slack = await openWorkspace({ operators: 'C0GATEWAY' });
  await slack.command('/llmgw audit', 'U0BOB');
  await slack.sees(({ text }) => text.includes('No audit entries'), 'U0BOB');
  const guest = await addPerson(slack, { name: 'greta', guest: 'multi_channel' });
  await slack.command('/llmgw help', guest);
  await slack.sees(({ text }) => help(text), guest);
  await slack.command('/llmgw audit', guest);
  await slack.sees(({ text }) => text.startsWith('Permission denied. Only operators'), guest);
  await slack.close();
});

describe('senders over HTTP', () => {
  let slack: TestWorkspace;
  beforeAll(async () => {
    slack = await openWorkspace({ operators: 'U0OLIVIA' });
    await slack.command('/llmgw help', 'U0ALICE');
  });
  afterAll(() => slack.close());

  test('a single-channel guest and an unknown person are refused at once', async () => {
    const guest = await addPerson(slack, { name: 'gustav', guest: 'single_channel' });
    await slack.command('/llmgw help', guest);
    await slack.sees(({ text }) => text.startsWith("Single-channel guests can't"), guest);
    const stranger = await addPerson(slack, { name: 'sven', team: 'T0ELSE', isStranger: true });
    await slack.command('/llmgw help', stranger);
    await slack.sees(({ text }) => text.includes('shares no channel with it'), stranger);
  });

  test('an app, also with an operator’s id, and a workflow get no answer and no job', async () => {
    const before = (await textsOf(slack, 'U0OLIVIA')).length;
    await slack.post('program', { channel: 'llm-gateway', text: '@llmgw help' });
    await slack.post('program', { channel: 'llm-gateway', text: '@llmgw help', kind: 'workflow' });
    await slack.post('program', {
      channel: 'llm-gateway',
      text: '@llmgw provision --yes',
      kind: 'user_token',
      as: 'olivia',
    });
    const ts = await slack.message('@llmgw help', 'U0OLIVIA');
    await slack.sees(({ text, threadTs }) => help(text) && threadTs === ts);
    // The three posts and one answer.
    expect((await textsOf(slack, 'U0OLIVIA')).length).toBe(before + 4);
    expect(await slack.startedInputs()).toEqual([]);
  });

  test('a view submission of another organisation is refused in its modal', async () => {
    const body = {
      type: 'view_submission',
      api_app_id: 'A0LLMGW',
      team: { id: 'T0SANDBOX' },
      user: { id: 'U0MALLORY', team_id: 'T0PARTNER' },
      view: { id: 'V1', callback_id: 'ask.submit', private_metadata: '{}', state: { values: {} } },
    };
    const answer = await deliver(
      slack,
      new URLSearchParams({ payload: JSON.stringify(body) }).toString(),
    );
    expect(await answer.text()).toMatch(/"response_action":"update".*belongs to another/);
  });

  test('another organisation gets an empty list of options', async () => {
    const body = {
      type: 'block_suggestion',
      api_app_id: 'A0LLMGW',
      team: { id: 'T0SANDBOX' },
      user: { id: 'U0MALLORY', team_id: 'T0PARTNER' },
      action_id: 'x',
      block_id: 'b',
      value: '',
    };
    const answer = await deliver(
      slack,
      new URLSearchParams({ payload: JSON.stringify(body) }).toString(),
    );
    expect(await answer.json()).toEqual({ options: [] });
  });

  test('a slash command of another workspace is refused also for a known user', async () => {
    const answer = await deliver(slack, commandBody({ team_id: 'T0OTHER', text: 'help' }));
    expect(await answer.text()).toMatch(outsider);
  });

  test('deliveries for another app or another workspace are not served', async () => {
    const other = await deliver(slack, commandBody({ api_app_id: 'A0ELSE', text: 'help' }));
    expect(await other.text()).toContain('for another app or workspace');
    const before = (await textsOf(slack, 'U0BOB')).length;
    const mention = { type: 'app_mention', user: 'U0BOB', text: '<@U0LLMGW> help' };
    await deliverEvent(slack, mention, { api_app_id: 'A0ELSE' });
    await deliverEvent(slack, mention, { team_id: 'T0OTHER' });
    const ts = await slack.message('@llmgw help', 'U0BOB');
    await slack.sees(({ text, threadTs }) => help(text) && threadTs === ts, 'U0BOB');
    expect((await textsOf(slack, 'U0BOB')).length).toBe(before + 1);
  });
});

test('the teams of one Enterprise Grid are one organisation', async () => {
  const slack = await openWorkspace({ enterprise: 'E0GRID' });
  const grace = await addPerson(slack, { name: 'grace', team: 'T0SECOND', enterprise: 'E0GRID' });
  const mallory = await addPerson(slack, { name: 'mallory', team: 'T0ELSE', enterprise: 'E0ELSE' });
  await slack.command('/llmgw help', grace);
  await slack.sees(({ text }) => help(text), grace);
  const ts = await slack.message('@llmgw help', grace);
  await slack.sees(({ text, threadTs }) => help(text) && threadTs === ts, grace);
  await slack.command('/llmgw help', mallory);
  await slack.sees(({ text }) => outsider.test(text), mallory);
  await slack.close();
});

test('people of other organisations and guests are served if the settings allow it', async () => {
  const slack = await openWorkspace({
    people: { allowsExternal: true, refusesGuests: true },
    operators: 'U0OLIVIA,C0GATEWAY',
  });
  const mallory = await addPerson(slack, { name: 'mallory', team: 'T0PARTNER' });
  const guest = await addPerson(slack, { name: 'greta', guest: 'multi_channel' });
  await slack.command('/llmgw help', mallory);
  await slack.sees(({ text }) => help(text), mallory);
  await slack.command('/llmgw provision --yes', mallory);
  await slack.sees(({ text }) => text.startsWith('Permission denied. Only operators'), mallory);
  await slack.command('/llmgw help', guest);
  await slack.sees(({ text }) => text.startsWith('Guests of this workspace'), guest);
  await slack.close();
});

test('commands work without operator rights by channel when users cannot be read', async () => {
  const slack = await openWorkspace({
    operators: 'U0OLIVIA,C0GATEWAY',
    faults: [
      {
        service: 'slack',
        operation: 'users.info',
        action: { kind: 'status', status: 503, headers: {} },
        probability: 1,
        seed: 1,
      },
    ],
  });
  await slack.command('/llmgw help', 'U0BOB');
  await slack.sees(({ text }) => help(text), 'U0BOB');
  await slack.command('/llmgw audit', 'U0BOB');
  await slack.sees(({ text }) => text.includes("can't confirm right now"), 'U0BOB');
  await slack.command('/llmgw audit', 'U0OLIVIA');
  await slack.sees(({ text }) => text.includes('1 audit entry'), 'U0OLIVIA');
  // The worker repeats the check of the receiver.
  const { permissions } = slack.slackNotifier;
  const may = (user: string) => permissions.may('operator', { user, channel: 'C0GATEWAY' });
  expect(await may('U0OLIVIA')).toEqual({ allowed: true });
  expect(await may('U0BOB')).toMatchObject({ allowed: false, isUnknown: true });
  await slack.close();
});
