// Tests of people in the workspace: reading, dismissing, menus, and an app's installation.
import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifest } from '../../slack/app-manifest.ts';
import { type RecordingApp, startRecordingApp } from './support/recording-app.ts';
import { type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { refusal, webClient } from './support/web-client.ts';

let slack: SlackSandbox;
let app: RecordingApp;
let client: WebClient;
async function start(options?: Parameters<typeof startSlack>[0]): Promise<void> {
  slack = await startSlack(options);
  app = await startRecordingApp();
  slack.setBotUrl(app.url);
  client = webClient(slack);
}
beforeEach(() => start());
afterEach(async () => {
  await app.stop();
  await slack.stop();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const unread = async (as: string) => {
  const { channels } = await slack.screen(as);
  const { unread: news, mentions } = channels.find((each) => each.id === 'C0GATEWAY') ?? {};
  return { news, mentions };
};

describe('unread counts', () => {
  it('unread counts include messages of others, and mentions of the person', async () => {
    await client.chat.postMessage({ channel: 'C0GATEWAY', text: 'for all' });
    await client.chat.postMessage({ channel: 'C0GATEWAY', text: 'for <@U0BOB>' });
    await slack.human('message', { as: 'alice', channel: 'llm-gateway', text: 'mine' });
    expect(await unread('bob')).toEqual({ news: 3, mentions: 1 });
    expect(await unread('alice')).toEqual({ news: 2, mentions: 0 });
    expect(await slack.human('read', { as: 'bob', channel: 'llm-gateway' })).toMatchObject({
      changed: true,
    });
    expect(await slack.human('read', { as: 'bob', channel: 'llm-gateway' })).toMatchObject({
      changed: false,
    });
    expect(await unread('bob')).toEqual({ news: 0, mentions: 0 });
    expect(await unread('alice')).toEqual({ news: 2, mentions: 0 });
  });

  it('replies count only for participants of the thread', async () => {
    const mine = await slack.human('message', { as: 'bob', channel: 'llm-gateway', text: 'q' });
    await slack.human('read', { as: 'alice', channel: 'llm-gateway' });
    const thread_ts = String(mine['ts']);
    await client.chat.postMessage({ channel: 'C0GATEWAY', text: 'a', thread_ts });
    expect(await unread('bob')).toEqual({ news: 1, mentions: 0 });
    expect(await unread('alice')).toEqual({ news: 0, mentions: 0 });
  });

  it.each([
    ['a person by id', 'for <@U0BOB>', ['U0BOB']],
    ['a person by id with a name', 'for <@U0BOB|bob>', ['U0BOB']],
    ['a person by user group', 'for <!subteam^S0OPERATORS>', ['U0OLIVIA']],
    ['all channel members', 'for <!channel>', ['U0OLIVIA', 'U0ALICE', 'U0BOB', 'U0NADIA']],
    ['active channel members', 'for <!here|here>', ['U0OLIVIA', 'U0ALICE', 'U0BOB', 'U0NADIA']],
    ['nobody for escaped mentions', 'for &lt;@U0BOB&gt; &lt;!channel&gt;', []],
    ['nobody for plain names', 'for @bob and @channel', []],
    ['nobody for malformed mentions', 'for <\u2060!channel> < @U0BOB> <@bob>', []],
    ['nobody for a date', 'at <!date^1^{date}|now>', []],
  ])('a message notifies %s', async (_how, text, notified) => {
    const post = async (content: object): Promise<string> => {
      await slack.human('reset-rate-limits', {});
      const place = { channel: 'C0GATEWAY', text: 'x' };
      const sent = await client.apiCall('chat.postMessage', {
        ...place,
        ...content,
      });
      return String(Reflect.get(sent, 'ts'));
    };
    const mrkdwn = { type: 'mrkdwn', text };
    const thread_ts = await post({ text });
    await post({ blocks: [{ type: 'section', text: mrkdwn }] });
    await post({ blocks: [{ type: 'context', elements: [mrkdwn] }] });
    await post({ blocks: [{ type: 'markdown', text }] });
    await post({ text: undefined, markdown_text: text });
    const channel = 'C0GATEWAY';
    const to = { recipient_user_id: 'U0NADIA', recipient_team_id: 'T0SANDBOX' };
    const { ts = '' } = await client.chat.startStream({ channel, thread_ts, ...to });
    for (const piece of [text.slice(0, 6), text.slice(6)]) {
      await client.chat.appendStream({ channel, ts, markdown_text: piece });
    }
    await client.chat.update({ channel, ts: await post({}), text });
    await post({ blocks: [{ type: 'section', text: plain(text) }] });
    const { messages } = await slack.screen('bob', 'C0GATEWAY');
    expect(messages.map(({ notifies }) => notifies)).toEqual([
      ...Array.from({ length: 7 }, () => notified),
      [],
    ]);
    const counted = notified.includes('U0BOB') ? 7 : 0;
    expect((await unread('bob')).mentions).toBe(counted);
  });

  it('mentions in rich text notify', async () => {
    const elements = [
      { type: 'user', user_id: 'U0BOB' },
      { type: 'usergroup', usergroup_id: 'S0OPERATORS' },
      { type: 'text', text: ' <@U0ALICE>' },
    ];
    const blocks = [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }];
    await client.apiCall('chat.postMessage', { channel: 'C0GATEWAY', text: 'x', blocks });
    const { messages } = await slack.screen('bob');
    expect(messages[0]?.notifies).toEqual(['U0OLIVIA', 'U0BOB']);
  });

  it('a person can dismiss only their own ephemeral messages', async () => {
    await client.chat.postEphemeral({ channel: 'C0GATEWAY', user: 'U0BOB', text: 'psst' });
    const ts = (await slack.screen('bob')).messages[0]?.ts;
    expect(await slack.human('dismiss', { as: 'alice', ts })).toMatchObject({ ok: false });
    expect(await slack.human('dismiss', { as: 'bob', ts })).toEqual({ ok: true });
    expect((await slack.screen('bob')).messages).toEqual([]);
  });
});

describe('menus', () => {
  it('a message shortcut needs its declaration, and has the message and a trigger', async () => {
    await slack.stop();
    await app.stop();
    await start({
      manifest: {
        ...declared,
        shortcuts: [
          { name: 'Ask about this', callbackId: 'ask.about', description: 'x', type: 'message' },
        ],
      },
    });
    const { ts } = await client.chat.postMessage({ channel: 'C0GATEWAY', text: 'a card' });
    const use = { as: 'alice', shortcut: 'ask.about', messageTs: ts };
    expect(await slack.human('shortcut', use)).toMatchObject({ delivered: true });
    expect(app.deliveries.at(-1)?.body).toMatchObject({
      type: 'message_action',
      callback_id: 'ask.about',
      message: { ts, text: 'a card' },
      channel: { id: 'C0GATEWAY' },
      user: { id: 'U0ALICE' },
      trigger_id: expect.any(String),
      response_url: expect.stringContaining('/slack/response/'),
    });
    const other = await slack.human('shortcut', { ...use, shortcut: 'ask.message' });
    expect(other).toMatchObject({ ok: false, error: 'no_such_shortcut' });
  });

  it('an external select asks the app for its options, and one can be chosen', async () => {
    const select = {
      type: 'external_select' as const,
      action_id: 'model',
      placeholder: plain('Model'),
    };
    const { ts } = await client.chat.postMessage({
      channel: 'C0GATEWAY',
      text: 'pick',
      blocks: [{ type: 'actions', block_id: 'b', elements: [select] }],
    });
    app.answer = { body: { options: [{ text: plain('Small'), value: 's' }] } };
    const asked = { as: 'bob', messageTs: ts, actionId: 'model', query: 'sm' };
    expect(await slack.human('options', asked)).toMatchObject({ options: [{ value: 's' }] });
    expect(app.deliveries.at(-1)?.body).toMatchObject({
      type: 'block_suggestion',
      block_id: 'b',
      action_id: 'model',
      value: 'sm',
    });
    app.answer = {};
    await slack.human('click', { as: 'bob', messageTs: ts, actionId: 'model', value: 's' });
    expect(app.deliveries.at(-1)?.body).toMatchObject({
      type: 'block_actions',
      actions: [{ selected_option: { value: 's' } }],
    });
    app.answer = { body: { options: 'none' } };
    expect(await slack.human('options', asked)).toMatchObject({ error: 'no_options' });
  });

  it('an action has the state of the other inputs', async () => {
    const { ts } = await client.chat.postMessage({
      channel: 'C0GATEWAY',
      text: 'form',
      blocks: [
        {
          type: 'input',
          block_id: 'why',
          label: plain('Why'),
          element: { type: 'plain_text_input', action_id: 'why' },
        },
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'go', text: plain('Go') }],
        },
      ],
    });
    const click = { as: 'bob', messageTs: ts, actionId: 'go', inputs: { why: 'because' } };
    await slack.human('click', click);
    expect(app.deliveries.at(-1)?.body).toMatchObject({
      state: { values: { why: { why: { value: 'because' } } } },
    });
  });
});

const declared = readManifest(new URL('../../../manifests/slack-app.yaml', import.meta.url));

describe('app installed from its manifest', () => {
  beforeEach(async () => {
    await slack.stop();
    await app.stop();
    await start({
      manifest: { ...declared, scopes: ['chat:write'], events: [], hasHomeTab: false },
    });
  });

  it('an app offers its declared commands and hints', async () => {
    const response = await fetch(`${slack.url}/_sandbox/slack/app`);
    expect(await response.json()).toMatchObject({
      commands: [{ command: '/llmgw', usageHint: declared.slashCommands[0]?.usageHint }],
      hasHomeTab: false,
    });
  });

  it('an app has only its declared scopes, events and tabs', async () => {
    const sent = client.reactions.add({ channel: 'C0GATEWAY', name: 'eyes', timestamp: '1.1' });
    expect(await refusal(sent)).toMatchObject({ error: 'missing_scope' });
    const view = { type: 'home' as const, blocks: [] };
    const home = client.views.publish({ user_id: 'U0BOB', view });
    expect(await refusal(home)).toMatchObject({ error: 'not_enabled' });
    await slack.human('message', { as: 'bob', channel: '@llmgw', text: 'hello' });
    await slack.human('message', { as: 'bob', channel: 'llm-gateway', text: '@llmgw hello' });
    expect(app.deliveries).toEqual([]);
  });

  it('an app without the stop event has no Stop, and gets a warning', async () => {
    const root = await client.chat.postMessage({ channel: 'C0GATEWAY', text: 'run' });
    const place = { channel_id: 'C0GATEWAY', thread_ts: root.ts };
    const set = await client.apiCall('agents.sessions.setStatus', {
      ...place,
      status: 'processing',
    });
    expect(set).toMatchObject({ warning: 'missing_agent_session_stopped_event_subscription' });
    expect((await slack.screen('bob')).agentSessions).toMatchObject([{ canStop: false }]);
    const stop = { as: 'bob', channel: 'llm-gateway', threadTs: root.ts };
    expect(await slack.human('stop-session', stop)).toMatchObject({ error: 'nothing_to_stop' });
  });
});

describe('thread status', () => {
  it('a thread status lasts until the app replies there, or for two minutes', async () => {
    const root = await slack.human('message', { as: 'bob', channel: '@llmgw', text: 'why?' });
    const place = { channel_id: 'D0BOB', thread_ts: String(root['ts']) };
    const shown = async () => (await slack.screen('bob')).threadStatuses.map((each) => each.status);
    await client.assistant.threads.setStatus({ ...place, status: 'is thinking…' });
    expect(await shown()).toEqual(['is thinking…']);
    await client.chat.postMessage({
      channel: 'D0BOB',
      thread_ts: place.thread_ts,
      text: 'because',
    });
    expect(await shown()).toEqual([]);
    await client.assistant.threads.setStatus({ ...place, status: 'is searching…' });
    slack.step(120_000);
    expect(await shown()).toEqual([]);
  });
});
