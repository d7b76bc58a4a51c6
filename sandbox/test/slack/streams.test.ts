// Tests of streamed messages with the unmodified client: chunks, limits, expiry, recipients.
import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { refusal, webClient } from './support/web-client.ts';

const channel = 'C0GATEWAY';
let slack: SlackSandbox;
let client: WebClient;
let thread_ts: string;
beforeEach(async () => {
  slack = await startSlack();
  client = webClient(slack);
  const root = await client.chat.postMessage({ channel, text: 'question' });
  thread_ts = root.ts ?? '';
});
afterEach(() => slack.stop());

const recipient = { recipient_team_id: 'T0SANDBOX', recipient_user_id: 'U0ALICE' };
const start = async (markdown_text = 'Hel') =>
  (await client.chat.startStream({ channel, thread_ts, markdown_text, ...recipient })).ts ?? '';
const shown = async (as = 'alice') => (await slack.screen(as, channel)).messages.at(-1);

it('a stream grows, is marked as streaming, and ends with blocks and metadata', async () => {
  const ts = await start();
  await client.chat.appendStream({ channel, ts, markdown_text: 'lo' });
  expect(await shown()).toMatchObject({ text: 'Hello', streaming: true, threadTs: thread_ts });
  const busy = client.chat.update({ channel, ts, text: 'x' });
  expect(await refusal(busy)).toMatchObject({ error: 'streaming_state_conflict' });
  const metadata = { event_type: 'llmgw_outcome', event_payload: { status: 'ok', job: 'ask-1' } };
  await client.chat.stopStream({
    channel,
    ts,
    markdown_text: '!',
    metadata,
    blocks: [{ type: 'divider' }],
  });
  expect(await shown()).toMatchObject({
    text: 'Hello!',
    streaming: false,
    metadata,
    blocks: [{ type: 'markdown', text: 'Hello!' }, { type: 'divider' }],
  });
  const late = client.chat.appendStream({ channel, ts, markdown_text: 'x' });
  expect(await refusal(late)).toMatchObject({ error: 'message_not_in_streaming_state' });
  await client.chat.update({ channel, ts, text: 'edited' });
});

it('a stream expires after five minutes, and can then be updated', async () => {
  const ts = await start();
  slack.step(5 * 60_000);
  const append = client.chat.appendStream({ channel, ts, markdown_text: 'x' });
  expect(await refusal(append)).toMatchObject({ error: 'message_not_in_streaming_state' });
  expect(await refusal(client.chat.stopStream({ channel, ts }))).toMatchObject({
    error: 'message_not_in_streaming_state',
  });
  await client.chat.update({ channel, ts, text: 'fallback' });
});

it('a stream needs a thread, and in a channel also a recipient', async () => {
  const without = (args: object) =>
    refusal(client.apiCall('chat.startStream', { channel, markdown_text: 'x', ...args }));
  expect(await without(recipient)).toMatchObject({ error: 'invalid_arguments' });
  expect(await without({ thread_ts })).toMatchObject({ error: 'missing_recipient_team_id' });
  expect(await without({ thread_ts, recipient_team_id: 'T0SANDBOX' })).toMatchObject({
    error: 'missing_recipient_user_id',
  });
  const to = { recipient_team_id: 'T0SANDBOX', recipient_user_id: 'U0NOBODY' };
  expect(await without({ thread_ts, ...to })).toMatchObject({ error: 'user_not_found' });
  const dm = await client.chat.postMessage({ channel: 'U0ALICE', text: 'q' });
  const direct = { channel: dm.channel ?? '', thread_ts: dm.ts ?? '', markdown_text: 'x' };
  await client.chat.startStream(direct);
  // Bolt's sayStream sends the recipient in direct messages, too.
  await client.chat.startStream({ ...direct, ...recipient });
  expect(await refusal(client.chat.startStream({ ...direct, ...to }))).toMatchObject({
    error: 'user_not_found',
  });
});

it('a stream is limited to twelve thousand characters', async () => {
  const ts = await start('x'.repeat(6_000));
  await client.chat.appendStream({ channel, ts, markdown_text: 'x'.repeat(6_000) });
  const more = client.chat.appendStream({ channel, ts, markdown_text: 'x' });
  expect(await refusal(more)).toMatchObject({ error: 'msg_too_long' });
});

it("a stream's limit counts bytes, not characters", async () => {
  const ts = await start('智'.repeat(3_999));
  const more = client.chat.appendStream({ channel, ts, markdown_text: '智能' });
  expect(await refusal(more)).toMatchObject({ error: 'msg_too_long' });
});

it('a stream accepts the chunks of the client’s streamer: text, tasks, a plan', async () => {
  const streamer = client.chatStream({ channel, thread_ts, ...recipient, buffer_size: 4 });
  await streamer.append({ markdown_text: 'Hello' });
  const task = { type: 'task_update' as const, id: 't1', title: 'Look' };
  await streamer.append({ chunks: [{ type: 'plan_update', title: 'My plan' }] });
  await streamer.append({ chunks: [{ ...task, status: 'in_progress' }] });
  await streamer.append({ chunks: [{ ...task, status: 'complete', output: 'seen' }] });
  await streamer.stop({ markdown_text: ' there' });
  expect(await shown()).toMatchObject({
    text: 'Hello there',
    blocks: [
      { type: 'plan', title: 'My plan', tasks: [{ task_id: 't1', status: 'complete' }] },
      { type: 'markdown', text: 'Hello there' },
    ],
  });
  const ts = await start();
  const chunks = [{ type: 'hologram' }];
  const odd = client.apiCall('chat.appendStream', { channel, ts, chunks });
  expect(await refusal(odd)).toMatchObject({ error: 'invalid_chunks' });
});

it('a stream grows only for its recipient, and is complete for everybody at its end', async () => {
  const ts = await start();
  await client.chat.appendStream({ channel, ts, markdown_text: 'lo' });
  expect(await shown('alice')).toMatchObject({ text: 'Hello' });
  const first = { text: 'Hel', blocks: [{ type: 'markdown', text: 'Hel' }], streaming: true };
  expect(await shown('bob')).toMatchObject(first);
  await client.chat.stopStream({ channel, ts, markdown_text: '!' });
  expect(await shown('bob')).toMatchObject({ text: 'Hello!', streaming: false });
});

it('chat.startStream begins an agent session with a Stop, and chat.stopStream ends it', async () => {
  const sessions = async () => (await slack.screen('alice', channel)).agentSessions;
  const first = await start();
  expect(await sessions()).toMatchObject([
    { channel, threadTs: thread_ts, status: 'processing', canStop: true },
  ]);
  await client.chat.stopStream({ channel, ts: first });
  expect(await sessions()).toMatchObject([{ status: 'active', canStop: false }]);
  const second = await start();
  const odd = client.chat.stopStream({ channel, ts: second, session_status: 'asleep' });
  expect(await refusal(odd)).toMatchObject({ error: 'invalid_status' });
  await client.chat.stopStream({ channel, ts: second, session_status: 'suspended' });
  expect(await sessions()).toMatchObject([{ status: 'suspended' }]);
});

it('Slack ends a stream when a person selects Stop', async () => {
  const ts = await start();
  await slack.human('stop-session', { as: 'alice', channel, threadTs: thread_ts });
  expect(await shown()).toMatchObject({ text: 'Hel', streaming: false });
  for (const method of ['chat.appendStream', 'chat.stopStream']) {
    const late = client.apiCall(method, { channel, ts, markdown_text: 'x' });
    expect(await refusal(late)).toMatchObject({ error: 'stopped_by_user' });
  }
  await client.chat.update({ channel, ts, text: 'edited' });
});
