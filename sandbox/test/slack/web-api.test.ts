// Tests of the Web API with the unmodified client: access, messages, files and faults.
import { ErrorCode, type WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APP_TOKEN, BOT_TOKEN, type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { refusal, webClient } from './support/web-client.ts';

let slack: SlackSandbox;
let client: WebClient;
beforeEach(async () => {
  slack = await startSlack();
  client = webClient(slack);
});
afterEach(() => slack.stop());

const section = (text: string) => ({
  type: 'section',
  text: { type: 'mrkdwn' as const, text },
});

describe('authentication', () => {
  it('a token in the header or in the body identifies the bot', async () => {
    expect(await client.auth.test()).toMatchObject({ user_id: 'U0LLMGW', bot_id: 'B0LLMGW' });
    const bare = webClient(slack, '');
    expect(await bare.auth.test({ token: BOT_TOKEN })).toMatchObject({ team_id: 'T0SANDBOX' });
    expect(await refusal(bare.auth.test())).toMatchObject({ error: 'not_authed' });
    expect(await refusal(webClient(slack, 'xoxb-wrong').auth.test())).toMatchObject({
      error: 'invalid_auth',
    });
    expect(await refusal(client.apps.connections.open({}))).toMatchObject({
      error: 'not_allowed_token_type',
    });
    expect(await webClient(slack, APP_TOKEN).apps.connections.open({})).toMatchObject({ ok: true });
  });

  it("an unknown method returns Slack's error and is reported", async () => {
    expect(await refusal(client.apiCall('chat.levitate'))).toMatchObject({
      error: 'unknown_method',
    });
    expect(slack.ctx.unknown).toMatchObject([{ service: 'slack', call: 'chat.levitate' }]);
  });

  it('the minimal scopes are granted, and an error names the missing scope', async () => {
    expect(await refusal(client.conversations.info({ channel: 'C0GATEWAY' }))).toMatchObject({
      error: 'missing_scope',
      needed: 'channels:read,groups:read,mpim:read,im:read',
    });
    expect(await refusal(client.conversations.history({ channel: 'C0GATEWAY' }))).toMatchObject({
      error: 'missing_scope',
      needed: 'channels:history',
    });
    const react = { channel: 'C0GATEWAY', timestamp: '1.1', name: 'eyes' };
    expect(await refusal(client.reactions.add(react))).toMatchObject({
      error: 'missing_scope',
      needed: 'reactions:write',
    });
    await slack.human('scopes', {
      scopes: ['chat:write', 'channels:read', 'channels:history', 'reactions:write'],
    });
    const { channel } = await client.conversations.info({ channel: 'C0RANDOM' });
    expect(channel).toMatchObject({ name: 'random', is_member: false });
    const { ts } = await client.chat.postMessage({ channel: 'C0GATEWAY', text: 'x' });
    await client.reactions.add({ channel: 'C0GATEWAY', timestamp: ts ?? '', name: 'eyes' });
    expect(
      await refusal(
        client.reactions.add({ channel: 'C0GATEWAY', timestamp: ts ?? '', name: 'eyes' }),
      ),
    ).toMatchObject({ error: 'already_reacted' });
    const list = await client.conversations.list({ limit: 2 });
    expect(list.channels).toHaveLength(2);
    const rest = await client.conversations.list({
      limit: 2,
      cursor: list.response_metadata?.next_cursor ?? '',
    });
    expect(rest.channels?.map((each) => each.name)).toEqual(['random']);
    const members = await client.conversations.members({ channel: 'C0RANDOM' });
    expect(members.members).not.toContain('U0LLMGW');
  });
});

describe('people', () => {
  it('an email is visible only with the scope, and only if the person shows it', async () => {
    const email = async (user: string) => (await client.users.info({ user })).user?.profile?.email;
    expect(await email('U0ALICE')).toBe('alice@example.com');
    expect(await email('U0NADIA')).toBeUndefined();
    await slack.human('hide-email', { person: 'alice' });
    expect(await email('U0ALICE')).toBeUndefined();
    expect(await email('U0BOB')).toBe('bob@example.com');
    expect(await refusal(client.users.lookupByEmail({ email: 'alice@example.com' }))).toMatchObject(
      { error: 'users_not_found' },
    );
    const found = await client.users.lookupByEmail({ email: 'bob@example.com' });
    expect(found.user?.id).toBe('U0BOB');
    await slack.human('scopes', { scopes: ['users:read'] });
    expect(await email('U0BOB')).toBeUndefined();
  });

  it('people and user groups are listed', async () => {
    const list = await client.users.list({});
    expect(list.members?.map((each) => each.name)).toEqual([
      'olivia',
      'alice',
      'bob',
      'nadia',
      'llmgw',
    ]);
    expect(await client.usergroups.users.list({ usergroup: 'S0OPERATORS' })).toMatchObject({
      users: ['U0OLIVIA'],
    });
    expect(await refusal(client.usergroups.users.list({ usergroup: 'S0' }))).toMatchObject({
      error: 'no_such_subteam',
    });
  });
});

describe('messages', () => {
  it('messages are refused where the bot is not a member', async () => {
    const post = (channel: string) => refusal(client.chat.postMessage({ channel, text: 'hi' }));
    expect(await post('C0RANDOM')).toMatchObject({ error: 'not_in_channel' });
    expect(await post('C0NOWHERE')).toMatchObject({ error: 'channel_not_found' });
  });

  it('a user id opens the person’s direct messages, and no other ones', async () => {
    const { channel } = await client.conversations.open({ users: 'U0ALICE' });
    const posted = await client.chat.postMessage({ channel: 'U0ALICE', text: 'psst' });
    expect(posted.channel).toBe(channel?.id);
    const words = async (as: string) => (await slack.screen(as)).messages.map((each) => each.text);
    expect(await words('alice')).toEqual(['psst']);
    expect(await words('bob')).toEqual([]);
    const history = await client.conversations.history({ channel: channel?.id ?? '' });
    expect(history.messages?.map((each) => each.text)).toEqual(['psst']);
    expect(await slack.human('message', { as: 'bob', channel: channel?.id, text: 'hi' })).toEqual(
      expect.objectContaining({ ok: false, error: 'no_such_channel' }),
    );
  });

  it('metadata survives updates, and is returned only on request', async () => {
    const metadata = { event_type: 'llmgw_outcome', event_payload: { status: 'ok', job: 'j' } };
    const channel = 'D0ALICE';
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'one', metadata });
    await client.chat.update({ channel, ts, text: 'two' });
    const read = async (include_all_metadata: boolean) =>
      (await client.conversations.history({ channel, include_all_metadata })).messages?.[0];
    expect(await read(true)).toMatchObject({ text: 'two', metadata });
    expect(await read(false)).not.toHaveProperty('metadata');
    const big = { event_type: 'x', event_payload: { a: 'y'.repeat(4001) } };
    expect(
      await refusal(client.chat.postMessage({ channel, text: 'x', metadata: big })),
    ).toMatchObject({ error: 'metadata_too_large' });
  });

  it.each(['llmgw.outcome', 'llmgw-outcome', 'llmgw outcome', 'llmgw:outcome', 'é'])(
    'metadata with the event_type %s is dropped without an error',
    async (event_type) => {
      const metadata = { event_type, event_payload: { job: 'j' } };
      const channel = 'D0ALICE';
      const { ts = '' } = await client.chat.postMessage({ channel, text: 'one', metadata });
      const history = await client.conversations.history({ channel, include_all_metadata: true });
      expect(history.messages?.find((each) => each.ts === ts)).not.toHaveProperty('metadata');
    },
  );

  it('only the author updates or deletes a message, and an update without blocks keeps them', async () => {
    const channel = 'C0GATEWAY';
    const human = await slack.human('message', { as: 'alice', channel, text: 'mine' });
    const theirs = { channel, ts: String(human['ts']) };
    expect(await refusal(client.chat.update({ ...theirs, text: 'x' }))).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await refusal(client.chat.delete(theirs))).toMatchObject({
      error: 'cant_delete_message',
    });
    const { ts = '' } = await client.chat.postMessage({
      channel,
      text: 'one',
      blocks: [section('hello')],
    });
    await client.chat.update({ channel, ts, text: 'two' });
    const shown = (await slack.screen('bob', channel)).messages.at(-1);
    expect(shown).toMatchObject({ text: 'two', edited: true, blocks: [section('hello')] });
    expect(
      await refusal(client.chat.update({ channel, ts, text: 'x'.repeat(4001) })),
    ).toMatchObject({ error: 'msg_too_long' });
    const bytes = client.chat.update({ channel, ts, text: '智'.repeat(1_334) });
    expect(await refusal(bytes)).toMatchObject({ error: 'msg_too_long' });
    await client.chat.delete({ channel, ts });
    expect(await refusal(client.chat.delete({ channel, ts }))).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('messages need content, long texts are cut, and a reply to an unknown thread is a root message', async () => {
    const channel = 'C0GATEWAY';
    expect(await refusal(client.chat.postMessage({ channel, text: '' }))).toMatchObject({
      error: 'no_text',
    });
    const long = await client.chat.postMessage({ channel, text: 'x'.repeat(40_001) });
    expect(long.message?.text).toHaveLength(40_000);
    const lost = await client.chat.postMessage({ channel, text: 'lost', thread_ts: '1.000001' });
    expect(lost.message).not.toHaveProperty('thread_ts');
    const reply = await client.chat.postMessage({ channel, text: 're', thread_ts: long.ts ?? '' });
    expect(reply.message?.thread_ts).toBe(long.ts);
    const link = await client.chat.getPermalink({ channel, message_ts: reply.ts ?? '' });
    expect(link.permalink).toContain(`thread_ts=${long.ts}`);
    const tooMuch = client.chat.postMessage({ channel, markdown_text: 'x'.repeat(12_001) });
    expect(await refusal(tooMuch)).toMatchObject({ error: 'msg_too_long' });
  });

  it('any message of a thread returns its replies', async () => {
    const channel = 'D0BOB';
    const root = await client.chat.postMessage({ channel, text: 'root' });
    const reply = await client.chat.postMessage({ channel, text: 're', thread_ts: root.ts ?? '' });
    const replies = await client.conversations.replies({ channel, ts: reply.ts ?? '' });
    expect(replies.messages?.map((each) => each.text)).toEqual(['root', 're']);
    const history = await client.conversations.history({ channel });
    expect(history.messages).toMatchObject([{ text: 'root', reply_count: 1 }]);
    expect(await refusal(client.conversations.replies({ channel, ts: '1.000001' }))).toMatchObject({
      error: 'thread_not_found',
    });
  });
});

describe('ephemeral messages', () => {
  const channel = 'C0GATEWAY';
  const secret = 'sk-very-secret';

  it('an ephemeral message is visible only on one person’s screen', async () => {
    await client.chat.postEphemeral({ channel, user: 'U0ALICE', text: secret });
    const raw = async (as: string) => JSON.stringify(await slack.screen(as));
    expect(await raw('alice')).toContain(secret);
    for (const as of ['olivia', 'bob', 'nadia']) expect(await raw(as)).not.toContain(secret);
    expect(JSON.stringify(slack.slack.world())).not.toContain(secret);
    expect(JSON.stringify(slack.ctx.state('slack', () => ({})))).not.toContain(secret);
  });

  it('ephemeral messages go to members only, cannot change, and are not in the history', async () => {
    await slack.human('membership', { channel, person: 'nadia', member: false });
    expect(
      await refusal(client.chat.postEphemeral({ channel, user: 'U0NADIA', text: 'x' })),
    ).toMatchObject({ error: 'user_not_in_channel' });
    const dm = { channel: 'D0BOB', user: 'U0BOB', text: secret };
    const { message_ts: ts = '' } = await client.chat.postEphemeral(dm);
    expect(await refusal(client.chat.update({ channel: 'D0BOB', ts, text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    });
    expect(await refusal(client.chat.delete({ channel: 'D0BOB', ts }))).toMatchObject({
      error: 'message_not_found',
    });
    const history = await client.conversations.history({ channel: 'D0BOB' });
    expect(history.messages).toEqual([]);
  });
});

describe('agent sessions', () => {
  it('agent sessions accept the four statuses for an existing thread', async () => {
    const channel_id = 'C0GATEWAY';
    const root = await client.chat.postMessage({ channel: channel_id, text: 'run' });
    const thread_ts = root.ts ?? '';
    const set = (status: string, title = 'Provisioning') =>
      client.agents.sessions.setStatus({ channel_id, thread_ts, status, title });
    await set('processing');
    await client.agents.sessions.rename({ channel_id, thread_ts, title: 'Done' });
    await set('closed');
    expect((await slack.screen('bob', channel_id)).agentSessions).toMatchObject([
      { status: 'closed', title: 'Done' },
    ]);
    expect(await refusal(set('sleeping'))).toMatchObject({ error: 'invalid_status' });
    expect(await refusal(set('active', 'x'.repeat(201)))).toMatchObject({
      error: 'invalid_arguments',
    });
    await client.assistant.threads.setStatus({ channel_id, thread_ts, status: 'thinking' });
  });
});

describe('files', () => {
  it('files are uploaded in three steps and appear in the channel', async () => {
    await client.filesUploadV2({
      channel_id: 'C0GATEWAY',
      filename: 'log.txt',
      content: 'line one\nline two',
      initial_comment: 'The log',
    });
    const shown = (await slack.screen('bob', 'C0GATEWAY')).messages.at(-1);
    expect(shown).toMatchObject({
      text: 'The log',
      files: [{ name: 'log.txt', content: 'line one\nline two' }],
    });
  });

  it('an image is stored byte for byte, and shown to people', async () => {
    const picture = Buffer.from('89504e470d0a1a0a00ff0d0a0d0a2d2d80', 'hex');
    await client.filesUploadV2({ channel_id: 'C0GATEWAY', filename: 'u.png', file: picture });
    const [file] = (await slack.screen('bob', 'C0GATEWAY')).messages.at(-1)?.files ?? [];
    expect(file).toMatchObject({ mimetype: 'image/png', size: picture.length, content: '' });
    const seen = await fetch(`${slack.url}/_sandbox/slack/files/${file?.id}`);
    expect(seen.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await seen.arrayBuffer())).toEqual(picture);
  });
});

describe('faults', () => {
  const add = (action: Parameters<SlackSandbox['ctx']['faults']['add']>[0]['action']) =>
    slack.ctx.faults.add({
      service: 'slack',
      operation: 'chat.postMessage',
      action,
      times: 1,
      probability: 1,
      seed: 1,
    });
  const post = () => client.chat.postMessage({ channel: 'C0GATEWAY', text: 'hi' });

  it('faults return a status, delay a call, reset before the work and cut after it', async () => {
    add({ kind: 'status', status: 503, headers: {} });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.HTTPError, statusCode: 503 });
    add({ kind: 'reset' });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RequestError });
    expect((await slack.screen('bob')).messages).toHaveLength(0);
    add({ kind: 'cut' });
    await expect(post()).rejects.toMatchObject({ code: ErrorCode.RequestError });
    expect((await slack.screen('bob')).messages).toHaveLength(1);
    add({ kind: 'delay', ms: 5 });
    await post();
    expect((await slack.screen('bob')).messages).toHaveLength(2);
    // The library passes on errors of fetch while it reads a body.
    add({ kind: 'truncate' });
    await expect(post()).rejects.toThrow('terminated');
    expect((await slack.screen('bob')).messages).toHaveLength(3);
  });
});
