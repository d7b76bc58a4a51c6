// Answers after a 503, a 429 without a pause or a proxy page.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type TestWorkspace, botToken, openWorkspace } from './open-workspace.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({ limits: '1000' });
});
afterAll(() => slack.close());
afterEach(() => slack.clearFaults());

describe.each([
  ['503', { status: 503, headers: {} }, 2],
  ['429 without a pause', { status: 429, headers: {}, body: '<html>Slow down</html>' }, 1],
  ['a page of a proxy', { status: 200, headers: {}, body: '<html>Slow down</html>' }, 2],
  [
    'service_unavailable',
    { status: 200, headers: {}, body: '{"ok":false,"error":"service_unavailable"}' },
    2,
  ],
])('an answer after %s', (_what, answer, times) => {
  const strike = (operation: string): void =>
    slack.fault({ operation, action: { kind: 'status', ...answer }, times });

  test.each(['C0GATEWAY', 'U0LLMGW'])('a message to %s is answered', async (channel) => {
    strike('chat.postMessage');
    const text = channel === 'U0LLMGW' ? 'help' : '@llmgw help';
    const ts = await slack.message(text, 'U0ALICE', channel);
    const seen = await slack.sees(
      ({ threadTs, from }) => threadTs === ts && from.isBot,
      'U0ALICE',
      channel,
    );
    expect(seen.text).toMatch(/^Commands: /);
  });

  test('a message that arrives too late is answered only to its author', async () => {
    strike('chat.postEphemeral');
    const before = (await slack.screen('U0BOB')).messages.length;
    const text = '@llmgw help';
    await slack.post('message', { as: 'U0BOB', channel: 'C0GATEWAY', text, hoursAgo: 4 });
    await expect
      .poll(async () => (await slack.screen('U0BOB')).messages.length, { timeout: 8_000 })
      .toBe(before + 2);
  });
});

test.each([503, 429])('an action is answered after a %i of its response_url', async (status) => {
  await slack.post('reset-rate-limits', {});
  const element = { type: 'button', text: { type: 'plain_text', text: 'Old' } };
  const elements = [{ ...element, action_id: 'of.another.version' }];
  const posted = await fetch(`${slack.sandboxUrl}/slack/api/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      channel: 'C0GATEWAY',
      text: 'x',
      blocks: [{ type: 'actions', elements }],
    }),
  });
  const { ts } = (await posted.json()) as { ts: string };
  const before = (await slack.screen('U0BOB')).messages.length;
  const action = { kind: 'status', status, headers: {} } as const;
  slack.fault({ operation: 'response_url', action, times: 1 });
  await slack.click('Old', ts, 'U0BOB');
  await expect
    .poll(async () => (await slack.screen('U0BOB')).messages.length, { timeout: 8_000 })
    .toBe(before + 1);
});
