// Tests of the model server over HTTP: responses, streams, vLLM's errors and faults.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createContext, type OpenContext } from '../../core/create-context.ts';
import { readServedModel } from '../../vllm/served-model.ts';
import { type Vllm, createVllm } from '../../vllm/vllm.ts';

const model = 'Qwen/Qwen2.5-1.5B-Instruct';
const directory = mkdtempSync(join(tmpdir(), 'llmgw-vllm-'));
let opened: OpenContext;
const servers: Server[] = [];

beforeAll(async () => {
  opened = await createContext({ port: 0, speed: 1, directory });
});
afterAll(async () => {
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  await opened.close();
  rmSync(directory, { recursive: true, force: true });
});

async function startServer(tag = 'v0.8.5', more: readonly string[] = []): Promise<string> {
  return serve(createVllm(opened.context), tag, more);
}

async function serve(vllm: Vllm, tag = 'v0.8.5', more: readonly string[] = []): Promise<string> {
  const served = readServedModel(
    ['--model', model, ...more],
    `vllm-cpu-release-repo:${tag}`,
    Date.now(),
  );
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = 'GET', url = '/' } = incoming;
      const body = Buffer.concat(chunks).toString();
      void vllm
        .serve({ method, path: url, body, server: 'pod-1' }, response, served)
        .then((isWhole) => (isWhole ? undefined : response.destroy()));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

interface Answered {
  choices: {
    text?: string;
    message?: { content: string };
    finish_reason: string;
    stop_reason: string | null;
  }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

test('a completion with the default of 16 tokens contains the capital of France', async () => {
  const url = await startServer();
  const answer = await post(`${url}/v1/completions`, {
    model,
    prompt: 'What is the capital of France?',
  });
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as Answered;
  expect(body.choices[0]?.text).toContain('Paris');
  expect(body.choices[0]?.finish_reason).toBe('stop');
  expect(body).toMatchObject({ object: 'text_completion', model, usage: { prompt_tokens: 7 } });
  expect(body.usage.total_tokens).toBe(body.usage.prompt_tokens + body.usage.completion_tokens);
});

test('max_tokens and stop sequences cut the response with the matching finish reason', async () => {
  const url = await startServer();
  const prompt = 'Why is the sky blue?';
  const cut = (await (
    await post(`${url}/v1/completions`, { model, prompt, max_tokens: 3 })
  ).json()) as Answered;
  expect(cut.choices[0]?.finish_reason).toBe('length');
  expect(cut.usage.completion_tokens).toBe(3);
  const stopped = (await (
    await post(`${url}/v1/completions`, { model, prompt, max_tokens: 100, stop: ['.'] })
  ).json()) as Answered;
  expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', stop_reason: '.' });
  expect(stopped.choices[0]?.text).not.toContain('.');
});

test('a chat response answers the last user message', async () => {
  const url = await startServer();
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'What is 6 * 7?' },
  ];
  const body = (await (
    await post(`${url}/v1/chat/completions`, { model, messages })
  ).json()) as Answered;
  expect(body.choices[0]?.message?.content).toBe('6 * 7 = 42.');
});

test('a stream arrives in pieces, with usage at its end if requested', async () => {
  const url = await startServer();
  const answer = await post(`${url}/v1/completions`, {
    model,
    prompt: 'What is the capital of Norway?',
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const events = await readEvents(answer);
  expect(events.at(-1)).toBe('[DONE]');
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as Answered);
  expect(chunks.flatMap((chunk) => chunk.choices.map((one) => one.text)).join('')).toContain(
    'Oslo',
  );
  expect(chunks.at(-1)).toMatchObject({
    choices: [],
    usage: { completion_tokens: chunks.length - 1 },
  });
  expect(chunks[0]).toMatchObject({ usage: null });
});

async function readEvents(answer: Response): Promise<string[]> {
  const events: string[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event.data) });
  parser.feed(await answer.text());
  return events;
}

test('errors have the flat shape of 0.8 and the nested one of 0.10', async () => {
  const [old, young] = [await startServer(), await startServer('v0.10.1')];
  const request = { model: 'gpt-17', prompt: 'Hello' };
  const flat = await post(`${old}/v1/completions`, request);
  expect(flat.status).toBe(404);
  expect(await flat.json()).toEqual({
    object: 'error',
    message: 'The model `gpt-17` does not exist.',
    type: 'NotFoundError',
    param: null,
    code: 404,
  });
  const nested = await post(`${young}/v1/completions`, request);
  expect(await nested.json()).toEqual({
    error: {
      message: 'The model `gpt-17` does not exist.',
      type: 'NotFoundError',
      param: null,
      code: 404,
    },
  });
});

test.each([
  ['a missing prompt', { model }, /Field required/],
  ['invalid JSON', '{', /JSON decode error/],
  [
    'a negative temperature',
    { model, prompt: 'x', temperature: -1 },
    /temperature must be non-negative, got -1/,
  ],
  ['no tokens', { model, prompt: 'x', max_tokens: 0 }, /max_tokens must be at least 1, got 0/],
  [
    'stream options without a stream',
    { model, prompt: 'x', stream_options: { include_usage: true } },
    /Stream options/,
  ],
  [
    'a request above the context length',
    { model, prompt: 'x', max_tokens: 40_000 },
    /maximum context length is 32768 tokens. However, you requested 40001 tokens \(1 in the messages, 40000 in the completion\)/,
  ],
])('%s is refused with 400', async (_what, body, message) => {
  const url = await startServer();
  const answer = await post(`${url}/v1/completions`, body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    type: 'BadRequestError',
    message: expect.stringMatching(message) as string,
  });
});

test('models, adapters, health and missing paths have the responses of vLLM', async () => {
  const url = await startServer('v0.8.5', [
    '--lora-modules',
    'food-review-0=some/path',
    '--max-loras',
    '4',
  ]);
  const models = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
  expect(models.data.map((one) => one.id)).toEqual([model, 'food-review-0']);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(await (await fetch(`${url}/version`)).json()).toEqual({ version: '0.8.5' });
  expect((await fetch(`${url}/v1/completions`)).status).toBe(405);
  expect((await fetch(`${url}/v1/embeddings`)).status).toBe(404);
  expect(opened.context.unknown).toContainEqual(
    expect.objectContaining({ service: 'vllm', call: 'GET /v1/embeddings' }),
  );
});

interface VllmState {
  running: number;
  waiting: number;
  finished: Record<string, number>;
  requests: { prompt: unknown; state: string; tokens: number; maxTokens?: number }[];
}
const state = (): VllmState =>
  opened.context.state<VllmState>('vllm', () => expect.fail('no state'));

test.each([true, false])('a disconnected client stops the model (stream: %s)', async (stream) => {
  const url = await startServer();
  const before = state().finished['abort'] ?? 0;
  const prompt = `Count to ${stream ? 500 : 501}`;
  const asked = () => state().requests.find((one) => one.prompt === prompt);
  const leave = new AbortController();
  const answer = fetch(`${url}/v1/completions`, {
    method: 'POST',
    signal: leave.signal,
    body: JSON.stringify({ model, prompt, max_tokens: 1_000, stream }),
  });
  answer.catch(() => undefined);
  await expect.poll(() => asked()?.tokens).toBeGreaterThan(1);
  leave.abort();
  await expect.poll(() => state().finished['abort']).toBe(before + 1);
  expect(asked()).toMatchObject({ state: 'abort', maxTokens: 1_000 });
  expect(asked()?.tokens).toBeLessThan(500);
  expect(state().running).toBe(0);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    `vllm:request_success_total{finished_reason="abort",model_name="${model}"} ${before + 1}`,
  );
});

test('a server handles a limited number of requests at once and queues the others', async () => {
  const url = await startServer('v0.8.5', ['--max-num-seqs', '1']);
  const ask = () => post(`${url}/v1/completions`, { model, prompt: 'Count to 9', max_tokens: 4 });
  const leave = new AbortController();
  const body = JSON.stringify({ model, prompt: 'x' });
  const all = [ask(), ask()];
  await expect.poll(() => state().waiting).toBe(1);
  const gone = fetch(`${url}/v1/completions`, { method: 'POST', signal: leave.signal, body });
  gone.catch(() => undefined);
  await expect.poll(() => state().waiting).toBe(2);
  leave.abort();
  await expect.poll(() => state().waiting).toBeLessThan(2);
  expect(state().running).toBeLessThan(2);
  for (const answer of await Promise.all(all)) expect(answer.status).toBe(200);
});

test.each([
  ['10,000 characters', 'word '.repeat(2_000)],
  ['10,000 characters without a space', 'x'.repeat(10_000)],
  [
    'code',
    'def f(a):\n\treturn {"b": `c`, \'d\': "\\n"} # <!channel> <@U0ALICE> &amp; <https://x.y|z>',
  ],
  ['emoji', 'Repeat: 👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 🇫🇷'],
  ['right to left', 'Repeat: שלום עולם، مرحبا بالعالم'],
])('a prompt of %s reaches the model unchanged', async (_what, prompt) => {
  const url = await startServer();
  const said = /^Repeat: (.*)$/u.exec(prompt)?.[1];
  const request = { model, prompt, max_tokens: said === undefined ? 4 : 60, stream: true };
  const events = await readEvents(await post(`${url}/v1/completions`, request));
  expect(state().requests.at(-1)?.prompt).toBe(prompt);
  const text = events
    .slice(0, -1)
    .map((event) => (JSON.parse(event) as Answered).choices[0]?.text ?? '')
    .join('');
  expect(text).toBe(said === undefined ? text : ` ${said}`);
  expect(text.trim()).not.toBe('');
});

test('a ChatML prompt is completed after its last message', async () => {
  const url = await startServer();
  const prompt =
    '<|im_start|>user\nWhy is the sky blue?<|im_end|>\n<|im_start|>user\nWhat did I ask before?<|im_end|>\n<|im_start|>assistant\n';
  const answer = await post(`${url}/v1/completions`, { model, prompt, max_tokens: 60 });
  const { choices } = (await answer.json()) as Answered;
  expect(choices[0]?.text).toBe(' You asked: "Why is the sky blue?"');
});

test('all messages of a chat count towards the context, and an overflow is refused', async () => {
  const url = await startServer('v0.8.5', ['--max-model-len', '64']);
  const messages = [
    { role: 'user', content: 'one two three four five six seven eight nine ten '.repeat(6) },
    { role: 'user', content: 'Hello' },
  ];
  const answer = await post(`${url}/v1/chat/completions`, { model, messages });
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { message: string }).message).toMatch(
    /^This model's maximum context length is 64 tokens\. However, you requested \d+ tokens in the messages/,
  );
});

test('an injected fault ends a stream with an error event or a cut connection', async () => {
  const url = await startServer();
  const request = { model, prompt: 'Tell me about vLLM', max_tokens: 12, stream: true };
  const rule = {
    service: 'vllm',
    operation: '^completions.stream$',
    times: 1,
    probability: 1,
    seed: 1,
  } as const;
  opened.context.faults.add({
    ...rule,
    action: { kind: 'status', status: 500, body: 'out of memory', headers: {} },
  });
  const events = await readEvents(await post(`${url}/v1/completions`, request));
  expect(events.length).toBeGreaterThan(3);
  expect(JSON.parse(events.at(-2) ?? '{}')).toMatchObject({ error: { message: 'out of memory' } });
  opened.context.faults.add({ ...rule, action: { kind: 'cut' } });
  await expect((await post(`${url}/v1/completions`, request)).text()).rejects.toThrow();
});

test('the last message of a conversation is answered, as messages and as a prompt', async () => {
  const url = await startServer();
  const messages = [
    { role: 'user', content: 'Capital of France?' },
    { role: 'assistant', content: 'Paris.' },
    { role: 'user', content: 'What did I ask first?' },
  ];
  const chat = await post(`${url}/v1/chat/completions`, { model, messages });
  expect(((await chat.json()) as Answered).choices[0]?.message?.content).toBe(
    'You asked: "Capital of France?"',
  );
  const prompt =
    'A conversation.\n\nUser: Capital of France?\nAssistant: Paris.\nUser: What did I ask first?\nAssistant:';
  const plain = await post(`${url}/v1/completions`, { model, prompt, max_tokens: 99 });
  expect(((await plain.json()) as Answered).choices[0]?.text).toBe(
    ' You asked: "Capital of France?"',
  );
});

test('text is repeated exactly, and disconnected clients are counted', async () => {
  const vllm = createVllm(opened.context);
  const url = await serve(vllm);
  const text = 'a  b\n```js\nif (a < b) {}\n```\n<!channel> שלום 👋';
  const prompt = `repeat: ${text}`;
  const answered = await post(`${url}/v1/completions`, { model, prompt, max_tokens: 99 });
  expect(((await answered.json()) as Answered).choices[0]?.text).toBe(` ${text}`);
  const { finished, aborted } = vllm.served();
  const leaving = new AbortController();
  const long = { model, prompt: 'count to 900', max_tokens: 2000, stream: true };
  const body = JSON.stringify(long);
  await fetch(`${url}/v1/completions`, { method: 'POST', body, signal: leaving.signal });
  expect(vllm.served().running).toBe(1);
  leaving.abort();
  await expect.poll(() => vllm.served()).toEqual({ running: 0, finished, aborted: aborted + 1 });
});
