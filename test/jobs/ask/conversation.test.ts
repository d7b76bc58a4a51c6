// Conversation history before a question: both request forms, and the cut to the context.
import { expect, test } from 'vitest';
import { type Turn, compose, shortened, estimateTokens } from '../../../jobs/ask/conversation.ts';
import { asCurlPrints } from '../../../jobs/ask/raw-answer.ts';
import { activationOf } from '../../../jobs/ask/activation.ts';
import type { CompletionFault } from '../../../src/clients/inference/client.ts';

const turn = (number: number): Turn => ({
  job: `ask-${number}`,
  prompt: `question ${number}`,
  answer: `answer ${number}`,
});

test('a first question is sent exactly as typed', () => {
  const prompt = 'a  “b”\n\n```js\nif (a < b && c) {}\n```\n<!channel> &amp; שלום 👋';
  const composed = compose({ turns: [], prompt, isChat: false, budget: 1_000 });
  expect(composed).toEqual({ prompt, stop: [], shown: 0, left: 0 });
});

test('a prompt includes its history, and stops before the model writes for the person', () => {
  const composed = compose({
    turns: [turn(1), turn(2)],
    prompt: 'and?',
    isChat: false,
    budget: 500,
  });
  expect(composed.prompt).toMatch(
    /\n\nUser: question 1\nAssistant: answer 1\nUser: question 2\nAssistant: answer 2\nUser: and\?\nAssistant:$/,
  );
  expect(composed.stop).toEqual(['\nUser:']);
});

test('a chat request includes the history as messages', () => {
  const composed = compose({ turns: [turn(1)], prompt: 'and?', isChat: true, budget: 500 });
  expect(composed.prompt).toEqual([
    { role: 'user', content: 'question 1' },
    { role: 'assistant', content: 'answer 1' },
    { role: 'user', content: 'and?' },
  ]);
});

test.each([
  [1_000, 9, 0],
  [80, 5, 4],
  [20, 1, 8],
  [0, 0, 9],
  [-50, 0, 9],
])('with room for %i tokens the newest %i turns stay and %i are dropped', (budget, shown, left) => {
  const turns = Array.from({ length: 9 }, (_, index) => turn(index));
  const composed = compose({ turns, prompt: '?', isChat: true, budget });
  expect(composed).toMatchObject({ left: expect.any(Number) });
  expect(composed.shown + composed.left).toBe(9);
  if (budget >= 1_000 || budget <= 0) expect(composed).toMatchObject({ shown, left });
  else expect(composed.shown).toBeLessThan(9);
  if (composed.shown > 0) expect(JSON.stringify(composed.prompt)).toContain('question 8');
});

test('the token estimate is never too low, in any script', () => {
  expect(estimateTokens('four words of English')).toBeGreaterThanOrEqual(4);
  expect(estimateTokens('日本語の文')).toBeGreaterThanOrEqual(5);
});

test.each([
  [8, undefined, { tokens: 8_192, most: 4 }],
  [3, undefined, { tokens: 8_192, most: 1 }],
  [1, undefined, { tokens: 8_192, most: 0 }],
  [8, 2_048, { tokens: 1_228, most: 7 }],
  [8, 131_072, { tokens: 4_915, most: 7 }],
])('of %i turns that were too long for a context of %s, %o is sent', (shown, limit, sent) => {
  expect(shortened(shown, limit)).toEqual(sent);
});

test('the raw view is the output of curl -i, without session headers', () => {
  const headers = { 'content-type': 'application/json', 'set-cookie': 'secret=1' };
  expect(asCurlPrints({ status: 429, headers, body: '{}' })).toBe(
    'HTTP/1.1 429 Too Many Requests\ncontent-type: application/json\nset-cookie: •••\n\n{}',
  );
});

const refused = (errorcode: string): CompletionFault => ({
  ok: false,
  status: 401,
  body: JSON.stringify({ fault: { faultstring: 'x', detail: { errorcode } } }),
  headers: {},
  network: undefined,
  midStream: false,
  partialText: '',
});

test.each([
  ['a new key', 'oauth.v2.InvalidApiKey', 1_000, true],
  ['a key whose product is not known yet', 'oauth.v2.InvalidApiKeyForGivenResource', 60_000, true],
  ['a key of ten minutes ago', 'oauth.v2.InvalidApiKey', 600_000, false],
  ['a revoked key', 'oauth.v2.ApiKeyNotApproved', 1_000, false],
])('%s is being activated: %s after %i ms: %s', (_what, code, age, isActivated) => {
  const now = 1_790_000_000_000;
  const activation = activationOf(refused(code), now - age, now);
  expect(activation !== undefined).toBe(isActivated);
  if (activation !== undefined) expect(activation.leftMs).toBe(300_000 - age);
});
