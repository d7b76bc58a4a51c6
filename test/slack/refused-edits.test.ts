// Edits that Slack refuses, whose text is posted in another message.
import { wholeAnswer } from './whole-answer.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Notice } from '../../jobs/health/watch/notices.ts';
import { botToken, openWorkspace, type TestWorkspace } from './open-workspace.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({ limits: '1000' });
});
afterAll(() => slack.close());
beforeEach(() => slack.post('reset-rate-limits', {}));
afterEach(() => slack.clearFaults());

const channel = 'C0GATEWAY';
/** Resets the rate limits first: Slack allows one post a second in a channel. */
const refuse = async (
  operation: string,
  times = 100,
  error = 'a_code_of_next_year',
): Promise<void> => {
  await slack.post('reset-rate-limits', {});
  const body = JSON.stringify({ ok: false, error });
  slack.fault({ operation, action: { kind: 'status', status: 200, body, headers: {} }, times });
};

const answer = wholeAnswer('All of the answer.');

const open = (job: string, streams: boolean) =>
  slack.slackNotifier.notifier.openAnswer(
    { user: 'U0ALICE', channel, job },
    { prompt: 'Why?', isPrivate: false, streams },
  );
/** The finished message, as another person sees it. */
const finished = (job: string) =>
  slack.sees(
    ({ text, metadata }) =>
      text.includes('All of the answer.') && metadata?.event_payload['job'] === job,
    'U0BOB',
    channel,
  );

test('an edited answer is posted again when Slack refuses its last edit', async () => {
  const message = await open('ask-edited', false);
  await refuse('^chat.update$');
  await message.finish(answer);
  const shown = await finished('ask-edited');
  expect(shown.metadata?.event_payload['status']).toBe('ok');
});

test.each([
  ['once', 1],
  ['always', 100],
])('a streamed answer is complete when Slack refuses %s to stop it', async (how, times) => {
  const message = await open(`ask-${how}`, true);
  message.grow('All of');
  await slack.sees(({ streaming }) => streaming, 'U0BOB', channel);
  await refuse('chat.stopStream', times);
  await message.finish(answer);
  const shown = await finished(`ask-${how}`);
  expect(shown.metadata?.event_payload['status']).toBe('ok');
});

const stops = [
  'user_not_found',
  'msg_too_long',
  'stopped_by_user',
  'invalid_blocks',
  'ratelimited',
];
test.each(stops.flatMap((error) => [1, 100].map((times) => [error, times] as const)))(
  'a streamed answer is complete when its end is refused as %s, %i times',
  async (error, times) => {
    const job = `ask-${error.replaceAll('_', '-')}-${times}`;
    const message = await open(job, true);
    message.grow('All of');
    await slack.sees(({ streaming }) => streaming, 'U0BOB', channel);
    await refuse('chat.stopStream', times, error);
    await message.finish(answer);
    const shown = await finished(job);
    expect(shown.metadata?.event_payload['status']).toBe('ok');
    expect(JSON.stringify(shown.blocks)).toContain('All of the answer.');
  },
);

test('a finished answer that is too long for Slack is a file after its first part', async () => {
  const message = await open('ask-long', false);
  const body = JSON.stringify({ ok: false, error: 'msg_too_long' });
  await slack.post('reset-rate-limits', {});
  slack.fault({
    operation: '^chat.(update|postMessage)$',
    action: { kind: 'status', status: 200, body, headers: {} },
    times: 2,
  });
  await message.finish(wholeAnswer(`All of the answer. ${'And so on. '.repeat(300)}`));
  const shown = await finished('ask-long');
  expect(shown.metadata?.event_payload['status']).toBe('ok');
  expect(JSON.stringify(shown.blocks)).toContain('The complete answer is in the file below');
  await slack.sees(({ files }) => files?.some(({ name }) => name === 'ask-long.md') === true);
});

test('a private answer that is too long for Slack is posted in smaller parts', async () => {
  const to = { user: 'U0ALICE', channel, job: 'ask-alone' };
  const asked = { prompt: 'Why?', isPrivate: true, streams: false };
  const message = await slack.slackNotifier.notifier.openAnswer(to, asked);
  await refuse('chat.postEphemeral', 1, 'msg_blocks_too_long');
  await message.finish(wholeAnswer('And so on. '.repeat(300)));
  await slack.sees(({ text }) => text.startsWith('Answer, part 4'), 'U0ALICE');
});

const starts = [
  ['user_not_found', true],
  ['user_not_in_channel', true],
  ['channel_type_not_supported', true],
  ['invalid_thread_ts', true],
  ['invalid_arguments', true],
  ['a_code_of_next_year', true],
  ['feature_not_enabled', false],
  ['unknown_method', false],
  ['missing_scope', false],
] as const;
test.each(starts)('after %s for one answer, the next one streams: %s', async (error, streams) => {
  // Each case needs a bot without a record of earlier refusals.
  const fresh = await openWorkspace({ limits: '1000' });
  const openIn = (job: string) =>
    fresh.slackNotifier.notifier.openAnswer(
      { user: 'U0ALICE', channel, job },
      { prompt: 'Why?', isPrivate: false, streams: true },
    );
  const body = JSON.stringify({ ok: false, error });
  const action = { kind: 'status', status: 200, body, headers: {} } as const;
  fresh.fault({ operation: 'chat.startStream', action, times: 1 });
  const first = await openIn('ask-first');
  first.grow('All of');
  await fresh.sees((each) => JSON.stringify(each.blocks).includes('All of'), 'U0BOB', channel);
  await first.finish(answer);
  await fresh.sees(({ text }) => text.includes('All of the answer.'), 'U0BOB', channel);
  await fresh.post('reset-rate-limits', {});
  const second = await openIn('ask-second');
  second.grow('More');
  const shown = await fresh.sees(
    (each) => JSON.stringify(each.blocks).includes('More'),
    'U0BOB',
    channel,
  );
  expect(shown.streaming).toBe(streams);
  await second.finish(answer);
  await fresh.close();
});

test('a raw answer with mentions is shown with them disabled, and exact in a file', async () => {
  const text = 'HTTP/1.1 200 OK\n\n{"text":"<!channel> <!-- x -->"}';
  const message = await open('ask-exact', true);
  await message.finish({ ...answer, form: 'raw', text });
  const named = ({ name }: { name: string }): boolean => name === 'ask-exact.md';
  const seen = await slack.sees(({ files }) => files?.some(named) === true);
  const { id = '' } = seen.files?.find(named) ?? {};
  const file = await fetch(`${slack.sandboxUrl}/_sandbox/slack/files/${id}`);
  expect(await file.text()).toBe(text);
});

test('an answer in a direct message is streamed', async () => {
  const to = { user: 'U0ALICE', channel: 'D0ALICE', job: 'ask-direct' };
  const asked = { prompt: 'Why?', isPrivate: false, streams: true };
  const message = await slack.slackNotifier.notifier.openAnswer(to, asked);
  message.grow('All of');
  await slack.sees(({ streaming }) => streaming, 'U0ALICE', 'D0ALICE');
  await message.finish(answer);
});

test('a changed notice is posted again when Slack refuses to edit the old one', async () => {
  const notice: Notice = {
    id: 'n-1',
    gateway: 'default',
    at: 1,
    event: 'failed',
    run: 'run-of-the-notice',
    runbook: 'provision',
  };
  const told = async () =>
    (await slack.screen('U0BOB', channel)).messages.filter((each) =>
      JSON.stringify(each).includes(notice.run),
    );
  await slack.slackNotifier.tell(channel, notice);
  expect(await told()).toHaveLength(1);
  await refuse('^chat.update$');
  await slack.slackNotifier.tell(channel, notice);
  expect(await told()).toHaveLength(2);
});

test('an action is answered by message when Slack refuses to edit the question', async () => {
  const button = {
    type: 'button',
    text: { type: 'plain_text', text: 'Revoke key' },
    action_id: 'key.revoke',
    value: 'default U0ALICE llmgw-default',
  };
  const posted = await fetch(`${slack.sandboxUrl}/slack/api/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel, text: 'x', blocks: [{ type: 'actions', elements: [button] }] }),
  });
  const { ts } = (await posted.json()) as { ts: string };
  await refuse('^chat.update$');
  await slack.click('Revoke key', ts, 'U0ALICE');
  const told = await slack.sees(({ text }) => text.startsWith('Revoking the key'), 'U0ALICE');
  expect(told.ephemeral).toBe(true);
});
