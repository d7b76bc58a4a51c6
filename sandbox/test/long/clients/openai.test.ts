// Tests of the unmodified `openai` package through the protected gateway.
import OpenAI, {
  APIConnectionError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { faultRule } from '../../../core/faults.ts';
import { addApp } from '../../apigee/add-app.ts';
import {
  applyInference,
  backendService,
  model,
  operationSet,
  product,
  trafficExtension,
} from '../../controllers/objects.ts';
import { openCluster, type OpenCluster } from '../../controllers/open-cluster.ts';
import { createEnvironment, grantIdentity, installOperator } from '../../controllers/operator.ts';

let open: OpenCluster;
let baseURL: string;

interface Operations {
  quota: object;
  restOperations: object[];
}

beforeAll(async () => {
  open = await openCluster({ speed: 6_000 });
  applyInference(open);
  await installOperator(open);
  grantIdentity(open);
  createEnvironment(open);
  open.create(backendService(open));
  open.create(structuredClone(trafficExtension));
  open.create(product());
  const operations = operationSet(100);
  const { restOperations } = operations['spec'] as Operations;
  restOperations.push({ name: 'Chat', path: '/v1/chat/completions', methods: ['POST'] });
  restOperations.push({ name: 'Models', path: '/v1/models', methods: ['GET'] });
  open.create(operations);
  addApp(open.organization, {
    email: 'alice@example.com',
    app: 'llmgw',
    key: 'key-alice',
    product: 'llm-product',
  });
  const address = (): string | undefined => {
    const gateway = open.get('gateway.networking.k8s.io/v1', 'Gateway', 'inference-gateway');
    const { addresses = [] } = (gateway?.['status'] ?? {}) as { addresses?: { value: string }[] };
    return addresses[0]?.value;
  };
  await vi.waitFor(() => expect(address()).toBeDefined(), { timeout: 60_000 });
  baseURL = `http://${address() ?? ''}:${open.gatewayPort}/v1`;
  await vi.waitFor(async () => expect(await complete()).toContain('Paris'), {
    timeout: 60_000,
    interval: 100,
  });
});
afterAll(async () => {
  expect(open.context.unknown).toEqual([]);
  await open.end();
});

/** The gateway reads its own header; the library's key is not used. */
const client = (key?: string): OpenAI =>
  new OpenAI({
    baseURL,
    apiKey: 'unused',
    maxRetries: 0,
    defaultHeaders: { connection: 'close', ...(key === undefined ? {} : { 'x-api-key': key }) },
  });
const prompt = 'What is the capital of France?';
const complete = async (): Promise<string | undefined> =>
  (await client('key-alice').completions.create({ model, prompt })).choices[0]?.text;

test('a completion returns text and token counts', async () => {
  const answer = await client('key-alice').completions.create({ model, prompt, max_tokens: 8 });
  expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop' });
  expect(answer.choices[0]?.text).toContain('Paris');
  const { prompt_tokens = 0, completion_tokens = 0, total_tokens } = answer.usage ?? {};
  expect(total_tokens).toBe(prompt_tokens + completion_tokens);
});

test('a chat stops at a stop sequence and at the limit', async () => {
  const messages = [{ role: 'user' as const, content: prompt }];
  const answer = await client('key-alice').chat.completions.create({ model, messages });
  expect(answer.choices[0]?.message).toMatchObject({
    role: 'assistant',
    content: expect.stringContaining('Paris'),
  });
  const cut = await client('key-alice').chat.completions.create({ model, messages, max_tokens: 2 });
  expect(cut.choices[0]?.finish_reason).toBe('length');
  const stopped = await client('key-alice').chat.completions.create({
    model,
    messages,
    stop: ['Paris'],
  });
  expect(stopped.choices[0]?.message.content).not.toContain('Paris');
});

test('a stream arrives in pieces, with usage at its end', async () => {
  const stream = await client('key-alice').chat.completions.create({
    model,
    messages: [{ role: 'user', content: prompt }],
    stream: true,
    stream_options: { include_usage: true },
  });
  const pieces: string[] = [];
  let usage: number | undefined;
  for await (const chunk of stream) {
    const piece = chunk.choices[0]?.delta.content;
    if (typeof piece === 'string' && piece !== '') pieces.push(piece);
    usage = chunk.usage?.total_tokens ?? usage;
  }
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toContain('Paris');
  expect(usage).toBeGreaterThan(pieces.length);
});

test('the server stops a stream after the client leaves it', async () => {
  const served = async (): Promise<{ running: number; aborted: number }> =>
    (await (await fetch(`${open.context.baseUrl}/_sandbox/vllm`)).json()) as {
      running: number;
      aborted: number;
    };
  const before = await served();
  const stream = await client('key-alice').completions.create({
    model,
    prompt: 'Count from 1 to 100',
    max_tokens: 200,
    stream: true,
  });
  let pieces = 0;
  for await (const { choices } of stream) {
    pieces += choices.length;
    if (pieces >= 3) break;
  }
  await expect.poll(served).toMatchObject({ running: before.running, aborted: before.aborted + 1 });
});

test('the client lists the models', async () => {
  const models: string[] = [];
  for await (const one of client('key-alice').models.list()) models.push(one.id);
  expect(models).toContain(model);
});

const ask = (key: string | undefined, body: object): Promise<unknown> =>
  client(key).completions.create({ model, prompt, ...body });

test('each refusal is the error class of its status', async () => {
  await expect(ask('wrong', {})).rejects.toThrow(AuthenticationError);
  await expect(ask('wrong', {})).rejects.toMatchObject({ status: 401 });
  // Apigee answers a missing key with the fault of its RaiseFault policy: 500, not 401.
  await expect(ask(undefined, {})).rejects.toThrow(InternalServerError);
  await expect(ask('key-alice', { max_tokens: -1 })).rejects.toThrow(BadRequestError);
  await expect(ask('key-alice', { model: 'gpt-4' })).rejects.toThrow(NotFoundError);
});

test('an exhausted quota is a RateLimitError', async () => {
  open.cluster.store.update(
    {
      group: 'apim.googleapis.com',
      kind: 'APIOperationSet',
      namespace: 'default',
      name: 'llm-operations',
    },
    (object) => {
      object['spec'] = {
        ...(object['spec'] as object),
        quota: { limit: 1, interval: 1, timeUnit: 'minute' },
      };
    },
  );
  const spend = (): Promise<unknown> =>
    ask('key-alice', { max_tokens: 1 }).then(
      () => 'answered',
      (error: unknown) => error,
    );
  await expect.poll(spend).toBeInstanceOf(RateLimitError);
  expect(await spend()).toMatchObject({ status: 429 });
});

test('the client retries a failing gateway, and a closed connection is a connection error', async () => {
  addApp(open.organization, {
    email: 'bob@example.com',
    app: 'bobs',
    key: 'key-bob',
    product: 'llm-product',
  });
  const strike = (action: object, times: number): void => {
    open.context.faults.add(
      faultRule.parse({ service: 'dataplane', operation: '^POST', action, times }),
    );
  };
  strike({ kind: 'reset' }, 1);
  await expect(ask('key-bob', {})).rejects.toThrow(APIConnectionError);
  strike({ kind: 'status', status: 503, body: 'no healthy upstream' }, 1);
  await expect(ask('key-bob', {})).rejects.toThrow(InternalServerError);
  strike({ kind: 'status', status: 503, body: 'no healthy upstream' }, 1);
  const patient = client('key-bob').withOptions({ maxRetries: 1 });
  expect((await patient.completions.create({ model, prompt })).choices[0]?.text).toContain('Paris');
});
