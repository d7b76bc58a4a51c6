// Tests of external people, guests, other apps, edits and forwarded messages in events.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RecordingApp, startRecordingApp } from './support/recording-app.ts';
import { type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { webClient } from './support/web-client.ts';

let slack: SlackSandbox;
let app: RecordingApp;
beforeEach(async () => {
  slack = await startSlack();
  app = await startRecordingApp();
  slack.setBotUrl(app.url);
});
afterEach(async () => {
  await app.stop();
  await slack.stop();
});

async function addPerson(one: object): Promise<string> {
  const { person } = await slack.human('people', { channels: ['llm-gateway'], ...one });
  return (person as { id: string }).id;
}
const events = (): Record<string, unknown>[] => app.deliveries.map(({ body }) => body);
const inner = (): Record<string, unknown>[] =>
  events().map(({ event }) => event as Record<string, unknown>);
const say = async (text: string, more: object = {}): Promise<string> =>
  String(
    (await slack.human('message', { as: 'alice', channel: 'llm-gateway', text, ...more }))['ts'],
  );

it('an external person is marked by user_team, source_team, user.team_id and team_id', async () => {
  const mallory = await addPerson({ name: 'mallory', team: 'T0PARTNER' });
  await say('@llmgw hello', { as: mallory });
  await expect.poll(inner).toContainEqual(
    expect.objectContaining({
      type: 'app_mention',
      user: mallory,
      user_team: 'T0PARTNER',
      source_team: 'T0PARTNER',
      user_profile: expect.objectContaining({ team: 'T0PARTNER' }),
    }),
  );
  expect(events().at(-1)).toMatchObject({ team_id: 'T0SANDBOX', is_ext_shared_channel: true });
  await slack.human('command', { as: mallory, channel: 'llm-gateway', text: '/llmgw help' });
  expect(events().at(-1)).toMatchObject({ team_id: 'T0PARTNER', user_id: mallory });
  const { user } = await webClient(slack).users.info({ user: mallory });
  expect(user).toMatchObject({ team_id: 'T0PARTNER', is_stranger: false });
});

it('a colleague has no user_team, and users.info distinguishes guests from members', async () => {
  await say('@llmgw hello');
  await expect.poll(() => inner().length).toBeGreaterThan(0);
  expect(inner().some((event) => 'user_team' in event)).toBe(false);
  const guest = await addPerson({ name: 'greta', guest: 'single_channel' });
  const { user } = await webClient(slack).users.info({ user: guest });
  expect(user).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
});

it('other apps post with bot_id and app_id, and workflows without a user', async () => {
  await slack.human('program', { channel: 'llm-gateway', text: '@llmgw hi' });
  await slack.human('program', { channel: 'llm-gateway', text: '@llmgw hi', kind: 'workflow' });
  const mention = { type: 'app_mention', bot_id: 'B0OTHERAPP', app_id: 'A0OTHERAPP' };
  await expect.poll(() => inner().filter(({ type }) => type === 'app_mention').length).toBe(2);
  const [byApp, byWorkflow] = inner().filter(({ type }) => type === 'app_mention');
  expect(byApp).toMatchObject({ ...mention, user: 'U0OTHERAPP' });
  expect(byWorkflow).toMatchObject(mention);
  expect(byWorkflow).not.toHaveProperty('user');
});

it('an edit sends message_changed, and a second app_mention with the same ts', async () => {
  const ts = await say('@llmgw hello');
  await slack.human('edit', { as: 'alice', ts, text: '@llmgw hello again' });
  const mentions = (): Record<string, unknown>[] =>
    events().filter(({ event }) => (event as { type: string }).type === 'app_mention');
  await expect.poll(() => mentions().length).toBe(2);
  const edited = { user: 'U0ALICE', ts: expect.any(String) };
  expect(mentions().map(({ event }) => event)).toMatchObject([{ ts }, { ts, edited }]);
  expect(new Set(mentions().map((each) => each['event_id'])).size).toBe(2);
  const other = await slack.human('edit', { as: 'bob', ts, text: 'mine' });
  expect(other).toMatchObject({ ok: false, error: 'cant_update_message' });
});

it('a message delivered hours late keeps its date, and its envelope has the current one', async () => {
  const ts = await say('@llmgw hello', { hoursAgo: 4 });
  const now = slack.ctx.clock.now() / 1000;
  await expect.poll(() => events().length).toBe(1);
  expect(events()).toMatchObject([{ event: { ts, event_ts: ts } }]);
  expect(now - Number(ts)).toBeCloseTo(14_400, -2);
  expect(now - Number(events()[0]?.['event_time'])).toBeCloseTo(0, -2);
});

it('files, broadcasts and forwarded messages appear as subtypes and attachments', async () => {
  await slack.human('scopes', { scopes: ['chat:write', 'im:history', 'channels:history'] });
  await slack.human('message', { as: 'alice', channel: 'llmgw', text: '', files: ['a.pdf'] });
  const ts = await say('The build failed');
  await say('See above', { threadTs: ts, broadcast: true });
  await slack.human('message', { as: 'alice', channel: 'llmgw', text: 'Why?', forward: ts });
  await expect.poll(() => inner().length).toBe(4);
  const found = (is: object): void => expect(inner()).toContainEqual(expect.objectContaining(is));
  found({ subtype: 'file_share', files: [expect.objectContaining({ name: 'a.pdf' })] });
  found({ subtype: 'thread_broadcast', thread_ts: ts });
  const forwarded = { is_share: true, is_msg_unfurl: true, text: 'The build failed' };
  found({ text: 'Why?', attachments: [expect.objectContaining(forwarded)] });
});
