// Outcomes of an answer in Slack: complete, cut, filtered, refused, reasoning alone, empty, aborted.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AnswerEnding, FaultAction } from '../../../sandbox/core/faults.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { type Asker, type Told, openAsker } from '../faults/asker.ts';

let sandbox: TestSandbox;
let asker: Asker;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  const up = await sandbox.say('/llmgw provision --quota 5000/minute --yes', { wait: true });
  expect(up.exitCode, up.text).toBe(0);
  asker = await openAsker(sandbox);
  asker.credential.issuedAt -= 3_600_000;
  await vi.waitFor(async () => expect(await asker.direct()).toMatch(/^200 /), { timeout: 60_000 });
}, 240_000);
afterAll(async () => {
  await sandbox?.stop();
});

async function askWith(operation: string, action: FaultAction): Promise<Told> {
  const { faults } = sandbox.context;
  const fault = faults.add({ service: 'vllm', operation, action, probability: 1, seed: 1 });
  const told = await asker.ask('repeat: one two three four five six.');
  faults.remove(fault.id);
  return told;
}

const askEnding = (ending: AnswerEnding): Promise<Told> =>
  askWith('^completions$', { kind: 'ending', ending });

const askBody = (body: object): Promise<Told> =>
  askWith('^completions.stream$', {
    kind: 'status',
    status: 500,
    body: JSON.stringify(body),
    headers: {},
  });

const reasoningMarks = /<\|channel\|>|Short\.|thinking>|\[THINK\]|<\/?think>/;

/** The question, and then the answer. */
const whole = /five six\.[^]*five six\./;
const begun = /one two three[^]*one two three/;

test.each<[AnswerEnding, RegExp]>([
  ['odd-stream', whole],
  ['channels-answer', whole],
  ['choices-unordered', whole],
  ['error-false', whole],
  ['eos_token', whole],
  ['MAX_TOKENS', /one two three[^]*reached its limit of/],
  ['model_length', /one two three[^]*reached its limit of/],
  ['content_filter', /one two three[^]*content filter cut the answer off/],
])('%s is shown as an answer', async (ending, words) => {
  const told = await askEnding(ending);
  expect(told.text).toMatch(words);
  expect(told.status).toBe('ok');
  expect(told.text).not.toContain('Another answer.');
  expect(told.text).not.toMatch(reasoningMarks);
});

test.each<[AnswerEnding, string, RegExp]>([
  ['refusal', 'model_declined', /I cannot help with that\./],
  ['filter-everything', 'answer_filtered', /content filter/],
  ['empty', 'answer_empty', /returned no text/],
  ['reasoning-details', 'no_tokens_left', /Raise `--max-tokens`/],
  ['thinking-tags', 'no_tokens_left', /Raise `--max-tokens`/],
  ['think-brackets', 'no_tokens_left', /Raise `--max-tokens`/],
  ['think-unopened', 'no_tokens_left', /Raise `--max-tokens`/],
  ['think-twice', 'no_tokens_left', /Raise `--max-tokens`/],
  ['channels', 'no_tokens_left', /Raise `--max-tokens`/],
  ['error-in-choice', 'stream_failed', /Provider returned error/],
  ['error-event', 'stream_failed', begun],
  ['error-object', 'stream_failed', /EngineCore encountered an issue/],
  ['abort-then-stop', 'answer_unfinished', begun],
  ['insufficient_system_resource', 'answer_unfinished', /insufficient_system_resource/],
])('%s is shown as the fault %s', async (ending, row, words) => {
  const told = await askEnding(ending);
  expect(told.text).toContain(`${row} · `);
  expect(told.status).toBe('failed');
  expect(told.text).toMatch(words);
  expect(told.text).not.toMatch(reasoningMarks);
  expect(told.text).toContain('*Next:*');
  expect(told.buttons).toContain('Retry');
});

test.each<[object, string, RegExp]>([
  [{ message: 'engine died' }, 'stream_failed', /engine died/],
  [{ detail: 'Internal error' }, 'stream_failed', /Internal error/],
  [
    { detail: [{ loc: ['body', 'prompt'], msg: 'field required', type: 'missing' }] },
    'stream_failed',
    /body\.prompt: field required/,
  ],
  [{ error: true }, 'stream_failed', /no reason was given/],
  [{ error: ['engine died'] }, 'stream_failed', /engine died/],
  [{ error: { object: 'error', message: 'engine died' } }, 'stream_failed', /engine died/],
  [{ code: 500, message: 'engine died' }, 'stream_failed', /engine died/],
  [
    { fault: { faultstring: 'Mask failed', detail: { errorcode: 'steps.javascript.Failed' } } },
    'apigee_refused',
    /Mask failed/,
  ],
])('a stream that breaks off with %j is shown as %s', async (body, row, words) => {
  const told = await askBody(body);
  expect(told.text).toContain(`${row} · `);
  expect(told.status).toBe('failed');
  expect(told.text).toMatch(words);
  expect(told.text).toMatch(begun);
  expect(told.buttons).toContain('Retry');
});
