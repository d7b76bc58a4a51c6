// Posts, replies and files that Slack refuses, and their fallbacks.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAuditTrail } from '../../src/kernel/audit-trail.ts';
import { fail } from '../../src/kernel/errors.ts';
import { quiet } from '../support/engine.ts';
import { openWorkspace, type TestWorkspace } from './open-workspace.ts';
import { wholeAnswer } from './whole-answer.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({ limits: '1000' });
});
afterAll(() => slack.close());
beforeEach(() => slack.post('reset-rate-limits', {}));
afterEach(() => slack.clearFaults());

const channel = 'C0GATEWAY';
const direct = 'D0ALICE';
const refuse = (operation: string, error: string, times = 1, status = 200): void => {
  const body = JSON.stringify({ ok: false, error });
  slack.fault({ operation, action: { kind: 'status', status, body, headers: {} }, times });
};
const sees = (words: string, place: string) =>
  slack.sees(
    ({ from, text, blocks }) => from.isBot && `${text} ${JSON.stringify(blocks)}`.includes(words),
    'U0ALICE',
    place,
  );

test.each(['a_code_of_next_year', 'cannot_reply_to_message', 'thread_not_found'])(
  'a reply to a mention that is refused as %s is sent as a direct message',
  async (error) => {
    refuse('chat.postMessage', error);
    await slack.message(`@llmgw nonsense-${error.replaceAll('_', '-')}`, 'U0ALICE', channel);
    await sees(`nonsense-${error.replaceAll('_', '-')}`, direct);
  },
);

test.each(['a_code_of_next_year', 'user_not_found'])(
  'an ephemeral message that is refused as %s is sent as a direct message',
  async (error) => {
    refuse('chat.postEphemeral', error);
    const words = `Told to one person after ${error}`;
    const fault = fail('refused', 'account_not_known_yet', words).fault;
    const job = `status-${error.replaceAll('_', '-')}`;
    await slack.slackNotifier.notifier.fail({ user: 'U0ALICE', channel, job }, fault);
    await sees(words, direct);
  },
);

test('a post that Slack refuses as rate_limited is retried', async () => {
  refuse('chat.postMessage', 'rate_limited', 2);
  await slack.message('@llmgw nonsense-limited', 'U0ALICE', channel);
  await sees('nonsense-limited', channel);
});

test('an export whose file Slack refuses ends with a message to the operator', async () => {
  refuse('files.getUploadURLExternal', 'file_uploads_disabled', 100);
  await slack.command('/llmgw audit --export csv', 'U0OLIVIA', channel);
  await slack.sees(
    ({ blocks }) => JSON.stringify(blocks).includes('file_uploads_disabled'),
    'U0OLIVIA',
    channel,
  );
});

test('an answer whose file Slack refuses continues in messages without an error', async () => {
  const job = 'ask-no-file';
  const to = { user: 'U0ALICE', channel, job };
  const asked = { prompt: 'Why?', isPrivate: false, streams: false };
  const message = await slack.slackNotifier.notifier.openAnswer(to, asked);
  refuse('files.getUploadURLExternal', 'file_uploads_disabled', 100);
  const long = `The beginning. ${'And so on, and so on.\n\n'.repeat(2_000)}The end.`;
  await message.finish(wholeAnswer(long));
  await sees('The complete answer is above.', channel);
  const { messages } = await slack.screen('U0ALICE', channel);
  const first = messages.find(({ metadata }) => metadata?.event_payload['job'] === job);
  expect(first?.metadata?.event_payload['status']).toBe('ok');
  const answer = messages.filter(({ ts, threadTs }) => [ts, threadTs].includes(first?.ts));
  const words = JSON.stringify(answer.map(({ blocks }) => blocks));
  expect(words).toContain('The beginning.');
  expect(words).toContain('The end.');
});

test('all pages of an answer are posted again when the response_url refuses one', async () => {
  const { redis, prefix, redactor } = slack;
  const trail = createAuditTrail({ redis, prefix, redactor, log: quiet });
  const entry = { via: 'slash', who: 'U0ALICE', what: 'key.issue', channel } as const;
  for (let number = 1; number <= 120; number += 1) {
    await trail.noteOnce(`entry-${number}`, {
      ...entry,
      outcome: 'ok',
      job: `key-${number}`,
      said: `/llmgw key issue app-${number} ${'x'.repeat(150)}`,
    });
  }
  refuse('response_url', 'used_url', 100, 404);
  await slack.command('/llmgw audit --last 100', 'U0OLIVIA', channel);
  const pages = async (): Promise<number> =>
    (await slack.screen('U0OLIVIA', channel)).messages.filter(
      ({ ephemeral, blocks }) => ephemeral && JSON.stringify(blocks).includes('app-'),
    ).length;
  // The acknowledged page and all pages of the complete answer.
  await expect.poll(pages, { timeout: 10_000 }).toBeGreaterThan(2);
});
