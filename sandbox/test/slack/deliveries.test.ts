// Tests of Slack's deliveries to an app: signatures, acks, response_url, event retries.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RecordingApp, startRecordingApp } from './support/recording-app.ts';
import { SIGNING_SECRET, type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
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

const command = (text: string, channel = 'llm-gateway') =>
  slack.human('command', { as: 'alice', channel, text });
const seen = async (as: string, channel = 'llm-gateway') =>
  (await slack.screen(as, channel)).messages.map((each) => each.text);

describe('slash commands', () => {
  it('slash commands are signed, and have user, channel, trigger and response_url', async () => {
    await command('/llmgw ask why?');
    const { headers, raw, body } = app.deliveries[0] ?? { headers: {}, raw: '', body: {} };
    const timestamp = String(headers['x-slack-request-timestamp']);
    const mac = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${raw}`);
    expect(headers['x-slack-signature']).toBe(`v0=${mac.digest('hex')}`);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(body).toMatchObject({
      command: '/llmgw',
      text: 'ask why?',
      user_id: 'U0ALICE',
      channel_id: 'C0GATEWAY',
      channel_name: 'llm-gateway',
      team_id: 'T0SANDBOX',
      api_app_id: 'A0LLMGW',
    });
  });

  it.each([
    ['is 1 < 2 && "x"?', 'is 1 &lt; 2 &amp;&amp; "x"?'],
    ['&amp; stays', '&amp;amp; stays'],
    ['@bob, and (@here)', '<@U0BOB|bob>, and (<!here>)'],
    ['@operators in #general', '<!subteam^S0OPERATORS|@operators> in <#C0GENERAL|general>'],
    ['@nobody in #nowhere', '@nobody in #nowhere'],
    ['see https://a.example/x?a=1&b=2.', 'see <https://a.example/x?a=1&amp;b=2>.'],
    ['see a.example/x, or', 'see <http://a.example/x|a.example/x>, or'],
    ['to bob@example.com', 'to <mailto:bob@example.com|bob@example.com>'],
    ['`@bob < https://a.example`', '`@bob &lt; https://a.example`'],
    ['```\n@bob\n``` @bob', '```\n@bob\n``` <@U0BOB|bob>'],
  ])('slash commands encode %j as Slack does', async (typed, text) => {
    await command(`/llmgw ask ${typed}`);
    expect(app.deliveries[0]?.body).toMatchObject({ text: `ask ${text}` });
    await slack.human('message', { as: 'alice', channel: 'llm-gateway', text: typed });
    const { messages } = await slack.screen('bob', 'C0GATEWAY');
    expect(messages.at(-1)?.text).toBe(text.replaceAll('|bob>', '>'));
  });

  it('an ack text is shown to the caller, or in the channel if the ack requests it', async () => {
    app.answer = { body: 'plain words' };
    await command('/llmgw a');
    app.answer = { body: { response_type: 'in_channel', text: 'for all' } };
    await command('/llmgw b', 'random');
    expect(await seen('alice')).toEqual(['plain words']);
    expect(await seen('bob')).toEqual([]);
    expect(await seen('bob', 'random')).toEqual(['for all']);
  });

  it('slash commands are refused in threads, when unknown, and when the app fails', async () => {
    const root = await slack.human('message', { as: 'bob', channel: 'random', text: 'root' });
    const inThread = { as: 'alice', channel: 'random', text: '/llmgw x', threadTs: root['ts'] };
    expect(await slack.human('command', inThread)).toMatchObject({
      error: 'not_supported_in_threads',
      message: '/llmgw is not supported in threads. Sorry!',
    });
    await command('/nope');
    app.answer = { status: 500 };
    await command('/llmgw x');
    slack.setBotUrl(undefined);
    await command('/llmgw x');
    app.answer = { body: { text: 'x', blocks: [{ type: 'hologram' }] } };
    slack.setBotUrl(app.url);
    await command('/llmgw x');
    expect(await seen('alice')).toEqual([
      '/nope is not a valid command.',
      '/llmgw failed with the error "dispatch_failed"',
      '/llmgw failed with the error "dispatch_failed"',
      '/llmgw failed with the error "invalid_blocks"',
    ]);
    expect(app.deliveries).toHaveLength(2);
  });
});

describe('response_url', () => {
  const post = (url: string, body: object | string) =>
    fetch(url, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const newUrl = async () => {
    await command('/llmgw x', 'random');
    return String(app.deliveries.at(-1)?.body['response_url']);
  };

  it('response_url accepts five posts, even where the bot is not a member', async () => {
    const url = await newUrl();
    for (const n of [1, 2, 3, 4]) expect((await post(url, { text: `e${n}` })).status).toBe(200);
    expect((await post(url, { text: 'all', response_type: 'in_channel' })).status).toBe(200);
    const sixth = await post(url, { text: 'six' });
    expect(sixth.status).toBe(404);
    expect(await sixth.json()).toMatchObject({ error: 'used_url' });
    expect(await seen('alice', 'random')).toEqual(['e1', 'e2', 'e3', 'e4', 'all']);
    expect(await seen('bob', 'random')).toEqual(['all']);
  });

  it('response_url expires after thirty minutes', async () => {
    const url = await newUrl();
    slack.step(30 * 60_000 - 5_000);
    expect((await post(url, { text: 'still' })).status).toBe(200);
    slack.step(6_000);
    expect(await (await post(url, { text: 'late' })).json()).toMatchObject({
      error: 'expired_url',
    });
    expect((await post(`${url}0`, { text: 'x' })).status).toBe(404);
  });

  it('response_url refuses an invalid message', async () => {
    const url = await newUrl();
    expect(await (await post(url, '{')).json()).toMatchObject({ error: 'invalid_payload' });
    expect(await (await post(url, {})).json()).toMatchObject({ error: 'no_text' });
    expect(await (await post(url, { text: 'x', blocks: [{ type: 'q' }] })).json()).toMatchObject({
      error: 'invalid_blocks',
      errors: ['unsupported type: q [json-pointer:/blocks/0/type]'],
    });
  });

  it('response_url replaces and deletes the original message of an action, ephemeral or not', async () => {
    const button = { type: 'button', action_id: 'b', text: { type: 'plain_text', text: 'Press' } };
    const blocks = [{ type: 'actions', elements: [button] }];
    const client = webClient(slack);
    await client.apiCall('chat.postMessage', { channel: 'C0GATEWAY', text: 'shown', blocks });
    await client.apiCall('chat.postEphemeral', {
      channel: 'C0GATEWAY',
      user: 'U0ALICE',
      text: 'mine',
      blocks,
    });
    const click = async (messageTs: string | undefined) => {
      await slack.human('click', { as: 'alice', messageTs, actionId: 'b' });
      return app.deliveries.at(-1)?.body ?? {};
    };
    const [open, mine] = (await slack.screen('alice')).messages;
    const first = await click(open?.ts);
    expect(first).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0ALICE' },
      channel: { id: 'C0GATEWAY' },
      container: { type: 'message', message_ts: open?.ts, is_ephemeral: false },
      message: { ts: open?.ts },
      actions: [{ type: 'button', action_id: 'b' }],
    });
    await post(String(first['response_url']), { text: 'replaced', replace_original: true });
    const second = await click(mine?.ts);
    expect(second).toMatchObject({ container: { is_ephemeral: true } });
    await post(String(second['response_url']), { text: 'also', replace_original: true });
    expect(await seen('alice')).toEqual(['replaced', 'also']);
    expect(await seen('bob')).toEqual(['replaced']);
    await post(String(second['response_url']), { delete_original: true });
    expect(await seen('alice')).toEqual(['replaced']);
    const stranger = { as: 'bob', messageTs: mine?.ts, actionId: 'b' };
    expect(await slack.human('click', stranger)).toMatchObject({ error: 'no_such_message' });
  });
});

describe('events', () => {
  const mention = () =>
    slack.human('message', { as: 'alice', channel: 'general', text: '@llmgw hi' });
  const retries = () =>
    app.deliveries.map(({ headers }) => [
      headers['x-slack-retry-num'],
      headers['x-slack-retry-reason'],
    ]);

  it('events are retried three times with the same id when the app fails', async () => {
    app.answer = { status: 500 };
    await mention();
    await expect
      .poll(retries)
      .toEqual([[undefined, undefined], ...['1', '2', '3'].map((n) => [n, 'http_error'])]);
    expect(new Set(app.deliveries.map((each) => each.body['event_id'])).size).toBe(1);
    expect(app.deliveries[0]?.body).toMatchObject({
      type: 'event_callback',
      event: { type: 'app_mention', text: '<@U0LLMGW> hi', channel: 'C0GENERAL' },
    });
  });

  it('events are retried until accepted, and not when the app declines retries', async () => {
    app.answer = ({ headers }) => ({ status: headers['x-slack-retry-num'] === '1' ? 200 : 503 });
    await mention();
    await expect.poll(retries).toHaveLength(2);
    app.deliveries.length = 0;
    app.answer = { status: 500, headers: { 'x-slack-no-retry': '1' } };
    await mention();
    await expect.poll(retries).toHaveLength(1);
    // A later event arrives, so no earlier one is pending.
    app.answer = {};
    await slack.human('message', { as: 'bob', channel: '@llmgw', text: 'hello' });
    await expect.poll(retries).toHaveLength(2);
    expect(app.deliveries.at(-1)?.body).toMatchObject({
      event: { type: 'message', channel_type: 'im', user: 'U0BOB' },
    });
  });

  it('an app gets events for its own direct messages and their edits', async () => {
    const client = webClient(slack);
    const { ts = '' } = await client.chat.postMessage({ channel: 'U0BOB', text: 'one' });
    await client.chat.update({ channel: 'D0BOB', ts, text: 'two' });
    await client.chat.delete({ channel: 'D0BOB', ts });
    await client.chat.postMessage({ channel: 'C0GATEWAY', text: 'not in channels' });
    await expect.poll(() => app.deliveries.length).toBe(3);
    // Slack sends each at once, but the network may reorder two of them.
    const events = app.deliveries.map((each) => each.body['event'] as Record<string, unknown>);
    const [posted, changed, deleted] = events.toSorted((one, other) =>
      String(one['event_ts']).localeCompare(String(other['event_ts'])),
    );
    expect([posted, changed, deleted]).toMatchObject([
      { type: 'message', bot_id: 'B0LLMGW', text: 'one', channel_type: 'im' },
      { subtype: 'message_changed', message: { text: 'two' }, previous_message: { text: 'one' } },
      { subtype: 'message_deleted', deleted_ts: ts },
    ]);
  });

  it('events report the opened Home tab and the native Stop', async () => {
    await slack.human('open-home', { as: 'bob' });
    await expect.poll(() => app.deliveries.length).toBe(1);
    expect(app.deliveries[0]?.body).toMatchObject({
      event: { type: 'app_home_opened', tab: 'home', user: 'U0BOB' },
    });
    expect(app.deliveries[0]?.body['event']).not.toHaveProperty('view');
    const client = webClient(slack);
    const button = {
      type: 'button',
      text: { type: 'plain_text', text: 'Press' },
      action_id: 'press',
      value: 'it',
    } as const;
    const blocks = [{ type: 'actions' as const, elements: [button] }];
    const { view } = await client.views.publish({
      user_id: 'U0BOB',
      view: { type: 'home', blocks },
    });
    const shown = { id: view?.id, type: 'home', hash: view?.hash, state: { values: {} } };
    await slack.human('open-home', { as: 'bob' });
    await slack.human('open-home', { as: 'bob', tab: 'messages' });
    await slack.human('click', { as: 'bob', home: true, label: 'Press' });
    await expect.poll(() => app.deliveries.length).toBe(4);
    const events = app.deliveries.slice(1).map(({ body }) => body['event'] ?? body);
    expect(events).toEqual([
      expect.objectContaining({ tab: 'home', view: expect.objectContaining(shown) as object }),
      expect.objectContaining({ tab: 'messages', channel: 'D0BOB' }),
      expect.objectContaining({
        type: 'block_actions',
        container: { type: 'view', view_id: view?.id },
        view: expect.objectContaining(shown) as object,
      }),
    ]);
    expect(events[1]).not.toHaveProperty('view');
    app.deliveries.splice(1);
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0GATEWAY', text: 'run' });
    const stop = { as: 'bob', channel: 'C0GATEWAY', threadTs: ts };
    expect(await slack.human('stop-session', stop)).toMatchObject({ error: 'nothing_to_stop' });
    await client.agents.sessions.setStatus({
      channel_id: 'C0GATEWAY',
      thread_ts: ts,
      status: 'processing',
    });
    await slack.human('stop-session', stop);
    await expect.poll(() => app.deliveries.length).toBe(2);
    expect(app.deliveries[1]?.body).toMatchObject({
      event: { type: 'agent_session_stopped', thread_ts: ts, streaming_message_ts: [] },
    });
  });
});

describe('message shortcuts', () => {
  it('a message shortcut has its message and a trigger', async () => {
    const said = await slack.human('message', { as: 'bob', channel: 'general', text: 'a <b> c' });
    const chosen = { as: 'alice', messageTs: said['ts'], shortcut: 'Ask the gateway' };
    expect(await slack.human('shortcut', chosen)).toMatchObject({ delivered: true });
    const delivered = app.deliveries.findLast((each) => String(each.raw).startsWith('payload='));
    expect(delivered?.body).toMatchObject({
      type: 'message_action',
      callback_id: 'ask.message',
      user: { id: 'U0ALICE' },
      channel: { id: 'C0GENERAL' },
      message: { ts: said['ts'], user: 'U0BOB', text: 'a &lt;b&gt; c' },
      trigger_id: expect.any(String),
    });
    expect(await slack.human('shortcut', { ...chosen, shortcut: 'Fly' })).toMatchObject({
      error: 'no_such_shortcut',
    });
  });
});

describe('workspace changes', () => {
  it('a new person can use channels and the conversation with the bot', async () => {
    expect(await slack.human('people', { name: 'dora' })).toMatchObject({
      person: { name: 'dora', email: 'dora@example.com' },
    });
    expect(await slack.human('people', { name: 'dora' })).toMatchObject({ error: 'name_taken' });
    await slack.human('channels', { name: 'crowd', members: ['dora', 'alice', 'llmgw'] });
    await slack.human('message', { as: 'dora', channel: 'crowd', text: 'hello' });
    expect(await seen('alice', 'crowd')).toEqual(['hello']);
    await slack.human('message', { as: 'dora', channel: '@llmgw', text: 'psst' });
    expect(await seen('dora', '@llmgw')).toEqual(['psst']);
  });
});
