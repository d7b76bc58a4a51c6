// Edits that Slack refuses with a code that this version does not know: the words come in another message.
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
/** Slack itself grants a post a second in a channel. */
const refuse = async (operation: string, times = 100): Promise<void> => {
  await slack.post('reset-rate-limits', {});
  const body = JSON.stringify({ ok: false, error: 'a_code_of_next_year' });
  slack.fault({ operation, action: { kind: 'status', status: 200, body, headers: {} }, times });
};

const answer = wholeAnswer('All of the answer.');

const open = (job: string, streams: boolean) =>
  slack.slackNotifier.notifier.openAnswer(
    { user: 'U0ALICE', channel, job },
    { prompt: 'Why?', isPrivate: false, streams },
  );
/** The finished message, to somebody who did not ask. */
const finished = (job: string) =>
  slack.sees(
    ({ text, metadata }) =>
      text.includes('All of the answer.') && metadata?.event_payload['job'] === job,
    'U0BOB',
    channel,
  );

test('an edited answer is posted anew when Slack refuses its last edit', async () => {
  const message = await open('ask-edited', false);
  await refuse('^chat.update$');
  await message.finish(answer);
  const shown = await finished('ask-edited');
  expect(shown.metadata?.event_payload['status']).toBe('ok');
});

test.each([
  ['once', 1],
  ['always', 100],
])('a streamed answer is shown whole when Slack refuses %s to stop it', async (how, times) => {
  const message = await open(`ask-${how}`, true);
  message.grow('All of');
  await slack.sees(({ streaming }) => streaming, 'U0BOB', channel);
  await refuse('chat.stopStream', times);
  await message.finish(answer);
  const shown = await finished(`ask-${how}`);
  expect(shown.metadata?.event_payload['status']).toBe('ok');
});

test('a notice that changed is told anew when Slack refuses to edit the old one', async () => {
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

test('a press is answered to its person when Slack refuses to edit the question', async () => {
  const button = {
    type: 'button',
    text: { type: 'plain_text', text: 'Revoke it' },
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
  await slack.click('Revoke it', ts, 'U0ALICE');
  const told = await slack.sees(({ text }) => text.startsWith('Revoking the key'), 'U0ALICE');
  expect(told.ephemeral).toBe(true);
});
