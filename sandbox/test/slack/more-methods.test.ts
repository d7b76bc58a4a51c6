// Tests of Web API methods in Slack's samples that llmgw does not call.
import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOT_TOKEN, type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { refusal, webClient } from './support/web-client.ts';

const channel = 'C0GATEWAY';
let slack: SlackSandbox;
let client: WebClient;
beforeEach(async () => {
  slack = await startSlack();
  client = webClient(slack);
});
afterEach(() => slack.stop());

const grant = (...scopes: string[]) =>
  slack.human('scopes', { scopes: ['chat:write', 'im:write', ...scopes] });
const post = async (place = channel): Promise<{ channel: string; ts: string }> => {
  const { channel: posted = '', ts = '' } = await client.chat.postMessage({
    channel: place,
    text: 'hello',
  });
  return { channel: posted, ts };
};

describe('request body of Slack’s SDK for Python', () => {
  const call = async (method: string, body: string, token = BOT_TOKEN) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json;charset=utf-8',
    };
    return (await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers, body })).json();
  };

  it('an empty JSON body is accepted', async () => {
    expect(await call('auth.test', '')).toMatchObject({ ok: true, bot_id: 'B0LLMGW' });
  });

  it('a body that is not JSON, or not an object, is refused', async () => {
    expect(await call('auth.test', '{')).toMatchObject({ ok: false, error: 'invalid_json' });
    expect(await call('auth.test', '[')).toMatchObject({ error: 'invalid_json' });
    expect(await call('auth.test', '3')).toMatchObject({ error: 'json_not_object' });
  });
});

it('api.test needs no token and returns its arguments', async () => {
  const anybody = webClient(slack, 'xoxb-of-nobody');
  expect(await anybody.apiCall('api.test', { foo: 'bar' })).toMatchObject({
    ok: true,
    args: { foo: 'bar' },
  });
  expect(await refusal(anybody.api.test({ error: 'my_error' }))).toMatchObject({
    error: 'my_error',
    args: { error: 'my_error' },
  });
});

it('team.info returns only the own workspace', async () => {
  expect(await refusal(client.team.info())).toMatchObject({
    error: 'missing_scope',
    needed: 'team:read',
  });
  await grant('team:read');
  const { team } = await client.team.info();
  expect(team).toMatchObject({ id: 'T0SANDBOX', name: 'Sandbox', domain: 'sandbox' });
  expect(await refusal(client.team.info({ team: 'T0OTHER' }))).toMatchObject({
    error: 'team_not_found',
  });
});

it('bots.info returns a bot by its id', async () => {
  const { bot } = await client.bots.info({ bot: 'B0LLMGW' });
  expect(bot).toMatchObject({
    id: 'B0LLMGW',
    app_id: 'A0LLMGW',
    user_id: 'U0LLMGW',
    name: 'LLM Gateway',
  });
  expect(await refusal(client.bots.info({ bot: 'B0NONE' }))).toMatchObject({
    error: 'bot_not_found',
  });
});

it('files.info returns an uploaded file and its channels', async () => {
  const upload = { channel_id: channel, filename: 'a.txt', content: 'words' };
  const answer = await client.filesUploadV2(upload);
  const [uploaded] = answer.files as { files: { id: string }[] }[];
  const id = uploaded?.files[0]?.id ?? '';
  expect(await refusal(client.files.info({ file: id }))).toMatchObject({ needed: 'files:read' });
  await grant('files:read');
  const { file, content } = await client.files.info({ file: id });
  expect(file).toMatchObject({ id, name: 'a.txt', size: 5, channels: [channel] });
  expect(content).toBe('words');
  const kept = await fetch(file?.url_private ?? '');
  expect(await kept.text()).toBe('words');
  expect(await refusal(client.files.info({ file: 'F0NONE' }))).toMatchObject({
    error: 'file_not_found',
  });
});

it('reactions.remove removes the app’s own reaction', async () => {
  await grant('reactions:write');
  const { ts: timestamp } = await post();
  const wave = { channel, timestamp, name: 'wave' };
  expect(await refusal(client.reactions.remove(wave))).toMatchObject({ error: 'no_reaction' });
  await client.reactions.add(wave);
  await client.reactions.remove(wave);
  expect((await slack.screen('bob', channel)).messages.at(-1)?.reactions).toEqual([]);
});

it('conversations.join adds the app to a public channel, and warns when it is already a member', async () => {
  await grant('channels:join');
  expect(await client.conversations.join({ channel: 'C0RANDOM' })).toMatchObject({
    channel: { id: 'C0RANDOM', is_member: true },
  });
  await client.chat.postMessage({ channel: 'C0RANDOM', text: 'here' });
  expect(await client.conversations.join({ channel: 'C0RANDOM' })).toMatchObject({
    warning: 'already_in_channel',
  });
  const join = (place: string) => refusal(client.conversations.join({ channel: place }));
  expect(await join('C0NONE')).toMatchObject({ error: 'channel_not_found' });
  expect(await join('D0ALICE')).toMatchObject({ error: 'method_not_supported_for_channel_type' });
  await slack.human('archive', { channel: 'general' });
  expect(await join('C0GENERAL')).toMatchObject({ error: 'is_archived' });
});

it('users.conversations lists the channels of the app or of a person', async () => {
  await grant('channels:read', 'im:read');
  const ids = async (args: object) =>
    (await client.users.conversations(args)).channels?.map(({ id }) => id);
  expect(await ids({})).toEqual(['C0GATEWAY', 'C0GENERAL']);
  expect(await ids({ user: 'U0ALICE' })).toEqual(['C0GATEWAY', 'C0GENERAL', 'C0RANDOM']);
  expect(await ids({ user: 'U0ALICE', types: 'im' })).toEqual(['D0ALICE']);
  expect(await refusal(client.users.conversations({ user: 'U0NONE' }))).toMatchObject({
    error: 'user_not_found',
  });
});

describe('assistant thread', () => {
  const prompts = [{ title: 'Try this', message: 'Why is the sky blue?' }];
  const threads = async () => (await slack.screen('alice')).assistantThreads;

  it('assistant.threads.setTitle sets the title of a thread', async () => {
    const { channel: channel_id, ts: thread_ts } = await post('U0ALICE');
    await client.assistant.threads.setTitle({ channel_id, thread_ts, title: 'Holidays' });
    expect(await threads()).toMatchObject([{ channel: channel_id, title: 'Holidays' }]);
    const away = client.assistant.threads.setTitle({ channel_id, thread_ts: '1.0', title: 'x' });
    expect(await refusal(away)).toMatchObject({ error: 'invalid_thread_ts' });
  });

  it('assistant.threads.setSuggestedPrompts sets up to four prompts', async () => {
    const { channel: channel_id, ts: thread_ts } = await post('U0ALICE');
    const set = (args: object) =>
      client.apiCall('assistant.threads.setSuggestedPrompts', { channel_id, prompts, ...args });
    await set({ thread_ts, title: 'Start here' });
    expect(await threads()).toMatchObject([{ promptsTitle: 'Start here', prompts }]);
    await set({});
    expect(await threads()).toHaveLength(1);
    const many = set({ thread_ts, prompts: Array.from({ length: 5 }, () => prompts[0]) });
    expect(await refusal(many)).toMatchObject({ error: 'invalid_arguments' });
    expect(await refusal(set({ channel_id: 'D0NONE' }))).toMatchObject({
      error: 'channel_not_found',
    });
  });
});
