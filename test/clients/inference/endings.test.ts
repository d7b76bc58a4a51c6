// Endings of the model server that the switchboard asks for, read by the production client over real HTTP.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContext, type OpenContext } from '../../../sandbox/core/create-context.ts';
import type { AnswerEnding } from '../../../sandbox/core/faults.ts';
import { readServedModel } from '../../../sandbox/vllm/served-model.ts';
import { createVllm } from '../../../sandbox/vllm/vllm.ts';
import { createInference } from '../../../src/clients/inference/create-inference.ts';

const model = 'Qwen/Qwen2.5-1.5B-Instruct';
const directory = mkdtempSync(join(tmpdir(), 'llmgw-endings-'));
let opened: OpenContext;
let server: Server;
let baseUrl = '';

beforeAll(async () => {
  opened = await createContext({ port: 0, speed: 1, directory });
  const vllm = createVllm(opened.context);
  const served = readServedModel(['--model', model], 'vllm:v0.10.1', Date.now());
  server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = 'GET', url: path = '/' } = incoming;
      const request = { method, path, body: Buffer.concat(chunks).toString(), server: 'pod-1' };
      void vllm
        .serve(request, response, served)
        .then((isWhole) => (isWhole ? undefined : response.destroy()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await opened.close();
  rmSync(directory, { recursive: true, force: true });
});

const ways = [
  { route: 'completions', stream: true },
  { route: 'completions', stream: false },
  { route: 'chat', stream: true },
  { route: 'chat', stream: false },
] as const;

const words = 'repeat: one two three four.';

function ask(ending: AnswerEnding, { route, stream }: (typeof ways)[number]) {
  opened.context.faults.add({
    service: 'vllm',
    operation: 'completions$',
    action: { kind: 'ending', ending },
    times: 1,
    probability: 1,
    seed: 1,
  });
  const prompt = route === 'chat' ? [{ role: 'user', content: words } as const] : words;
  return createInference().complete({ baseUrl, model, prompt, maxTokens: 40, stream });
}

/** Their text is no part of an answer, or there is none. */
const silent: readonly AnswerEnding[] = [
  'done-alone',
  'tool_calls',
  'reasoning-only',
  'reasoning-details',
  'reasoning-beside-empty',
  'empty',
  'filter-everything',
  'refusal',
];

describe.each(ways)('$route, streamed: $stream', (way) => {
  test.each<[AnswerEnding, object]>([
    ['abort', { unfinished: { why: 'ended_with', finishReason: 'abort' } }],
    ['error', { unfinished: { why: 'ended_with', finishReason: 'error' } }],
    ['no-finish-reason', { unfinished: { why: 'no_end' } }],
    ['done-alone', { unfinished: { why: 'no_end' }, partialText: '' }],
    ['no-done', { unfinished: { why: 'no_end' } }],
    ['tool_calls', { unfinished: { why: 'ended_with', finishReason: 'tool_calls' } }],
    ['reasoning-only', { unfinished: { why: 'only_reasoning', isCut: true }, partialText: '' }],
    ['error-beside-choices', { body: expect.stringContaining('"error":') }],
    ['error-in-choice', { body: expect.stringContaining('Provider returned error') }],
    ['error-event', { body: expect.stringContaining('"choices":') }],
    ['error-object', { body: expect.stringContaining('"object":"error"') }],
    ['abort-then-stop', { unfinished: { why: 'ended_with', finishReason: 'abort' } }],
    [
      'insufficient_system_resource',
      { unfinished: { why: 'ended_with', finishReason: 'insufficient_system_resource' } },
    ],
    ['empty', { unfinished: { why: 'empty' } }],
    ['filter-everything', { unfinished: { why: 'filtered' } }],
    ['refusal', { unfinished: { why: 'refused', refusal: 'I cannot help with that.' } }],
    ['reasoning-details', { unfinished: { why: 'only_reasoning', isCut: true } }],
    ['reasoning-beside-empty', { unfinished: { why: 'only_reasoning', isCut: true } }],
    ['thinking-tags', { unfinished: { why: 'only_reasoning', isCut: true } }],
    ['think-brackets', { unfinished: { why: 'only_reasoning', isCut: true } }],
    ['think-unopened', { unfinished: { why: 'only_reasoning', isCut: true } }],
    ['think-twice', { unfinished: { why: 'only_reasoning', isCut: true } }],
    ['channels', { unfinished: { why: 'only_reasoning', isCut: true } }],
  ])('%s is a fault after the answer had begun', async (ending, expected) => {
    const completion = await ask(ending, way);
    expect(completion).toMatchObject({ ok: false, status: 200, midStream: true, ...expected });
    if (!silent.includes(ending))
      expect(completion).toMatchObject({ partialText: expect.stringContaining('one') });
  });

  test.each<[AnswerEnding, string]>([
    ['eos_token', 'stop'],
    ['end_turn', 'stop'],
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['model_length', 'length'],
    ['error-false', 'stop'],
    ['choices-unordered', 'stop'],
    ['odd-stream', 'stop'],
    ['channels-answer', 'stop'],
  ])('%s is a whole answer, ended by %s', async (ending, finishReason) => {
    const completion = await ask(ending, way);
    expect(completion).toMatchObject({ ok: true, finishReason });
    expect(completion).toMatchObject({ text: expect.stringContaining('one') });
    expect(completion).toMatchObject({ text: expect.not.stringContaining('Another') });
    // The usage of an odd stream has no choices beside it.
    expect(completion).toMatchObject({ usage: { completionTokens: expect.any(Number) } });
  });

  test('content_filter is a whole answer that says so', async () => {
    expect(await ask('content_filter', way)).toMatchObject({
      ok: true,
      finishReason: 'content_filter',
      text: expect.stringContaining('one'),
    });
  });
});
