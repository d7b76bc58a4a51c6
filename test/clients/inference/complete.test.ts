// Completions over real HTTP: whole and streamed answers, faults of gateways, and what a network can do.
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { CompletionRequest } from '../../../src/clients/inference/client.ts';
import { createInference } from '../../../src/clients/inference/create-inference.ts';
import { type ScriptedServer, json, startServer } from '../apigee/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(answer: Parameters<typeof startServer>[0]): Promise<ScriptedServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

const inference = createInference();
const complete = (request: CompletionRequest) => inference.complete(request);

const asking = (baseUrl: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  baseUrl,
  model: 'm',
  prompt: 'Hello',
  maxTokens: 8,
  stream: false,
  ...more,
});

const answer = {
  id: 'cmpl-1',
  object: 'text_completion',
  model: 'served-m',
  choices: [{ index: 0, text: ' Paris.', finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

const chunk = (text: string): string =>
  `data: ${JSON.stringify({ id: 'cmpl-1', model: 'served-m', choices: [{ index: 0, text }], usage: null })}\n\n`;
const usageChunk = `data: ${JSON.stringify({
  model: 'served-m',
  choices: [],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
})}\n\n`;
const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const finish = event({
  model: 'served-m',
  choices: [{ index: 0, text: '', finish_reason: 'stop' }],
});
const bareDone = 'data: [DONE]\n\n';
const done = finish + bareDone;

function stream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
}

describe('an answer in one piece', () => {
  it('brings text, model and usage', async () => {
    const server = await serve((_asked, response) => json(response, 200, answer));
    const result = await complete(asking(server.url, { consumerKey: 'k', temperature: 0 }));
    expect(result).toMatchObject({
      ok: true,
      text: ' Paris.',
      model: 'served-m',
      usage: { promptTokens: 3, completionTokens: 2 },
      streamed: false,
    });
    expect(server.asked[0]).toMatchObject({ method: 'POST', url: '/v1/completions' });
    expect(server.asked[0]?.headers['x-api-key']).toBe('k');
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      model: 'm',
      prompt: 'Hello',
      max_tokens: 8,
      temperature: 0,
      stream: false,
    });
  });

  it('sends no key header without a key', async () => {
    const server = await serve((_asked, response) => json(response, 200, answer));
    await complete(asking(server.url));
    expect(server.asked[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it.each([false, true])('is asked for under another host name (stream: %s)', async (isStream) => {
    const server = await serve((_asked, response) =>
      isStream ? stream(response).end(chunk(' Paris.') + done) : json(response, 200, answer),
    );
    const host = 'llm.example.com';
    const asked = asking(server.url, { host, consumerKey: 'k', stream: isStream });
    expect(await complete(asked)).toMatchObject({ ok: true, text: ' Paris.' });
    const { port } = new URL(server.url);
    expect(server.asked[0]?.headers).toMatchObject({ host: `${host}:${port}`, 'x-api-key': 'k' });
    await complete(asking(server.url));
    expect(server.asked[1]?.headers['host']).toBe(new URL(server.url).host);
  });

  it('is taken also where a stream was asked for', async () => {
    const server = await serve((_asked, response) => json(response, 200, answer));
    const seen: string[] = [];
    const onText = (text: string): unknown => seen.push(text);
    const result = await complete(asking(server.url, { stream: true, onText }));
    expect(result).toMatchObject({ ok: true, text: ' Paris.', streamed: false });
    expect(seen).toEqual([' Paris.']);
  });
});

describe('a streamed answer', () => {
  it('grows piece by piece, and brings the usage of its last chunk', async () => {
    let pieces: ServerResponse | undefined;
    const server = await serve((_asked, response) => {
      pieces = stream(response);
      pieces.write(chunk(' Pa'));
    });
    const seen: string[] = [];
    const onText = (text: string): void => {
      seen.push(text);
      if (seen.length === 1) pieces?.write(chunk('ris.'));
      else pieces?.end(usageChunk + done);
    };
    const result = await complete(asking(server.url, { stream: true, onText }));
    expect(seen).toEqual([' Pa', ' Paris.']);
    expect(result).toMatchObject({
      ok: true,
      text: ' Paris.',
      model: 'served-m',
      usage: { promptTokens: 3, completionTokens: 2 },
      streamed: true,
      pieces: 2,
    });
    expect(JSON.parse(server.asked[0]?.body ?? '')).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('counts one piece when it was buffered on the way', async () => {
    const server = await serve((_asked, response) =>
      stream(response).end(chunk(' Pa') + chunk('ris.') + usageChunk + done),
    );
    const result = await complete(asking(server.url, { stream: true }));
    expect(result).toMatchObject({ ok: true, text: ' Paris.', streamed: true, pieces: 1 });
  });

  it('puts characters together that were cut in two', async () => {
    const bytes = Buffer.from(chunk('é') + done);
    const cut = bytes.indexOf(0xc3) + 1;
    const server = await serve((_asked, response) => {
      stream(response).write(bytes.subarray(0, cut));
      setImmediate(() => response.end(bytes.subarray(cut)));
    });
    expect(await complete(asking(server.url, { stream: true }))).toMatchObject({ text: 'é' });
  });

  it('is a fault when an error comes in the middle', async () => {
    const error = JSON.stringify({ error: { message: 'boom', type: 'InternalServerError' } });
    const server = await serve((_asked, response) =>
      stream(response).end(`${chunk(' Pa')}data: ${error}\n\n${done}`),
    );
    expect(await complete(asking(server.url, { stream: true }))).toMatchObject({
      ok: false,
      status: 200,
      body: error,
      midStream: true,
      partialText: ' Pa',
      network: undefined,
    });
  });

  it.each([
    { how: 'cut', end: (response: ServerResponse) => response.socket?.destroy() },
    { how: 'ended without its last word', end: (response: ServerResponse) => response.end() },
  ])('is a fault when it is $how', async ({ end }) => {
    let response: ServerResponse | undefined;
    const server = await serve((_asked, one) => {
      response = stream(one);
      response.write(chunk(' Pa'));
    });
    const onText = (): unknown => response === undefined || end(response);
    expect(await complete(asking(server.url, { stream: true, onText }))).toMatchObject({
      ok: false,
      status: 200,
      network: 'reset',
      midStream: true,
      partialText: ' Pa',
    });
  });
});

/** An answer that ends so: whole and streamed, by the route of completions and by that of chat. */
interface Ending {
  readonly name: string;
  readonly text?: string;
  readonly finish?: string | null | undefined;
  readonly more?: object;
  readonly beside?: object;
}

const routes = [
  { route: 'completions', prompt: 'Hello' },
  { route: 'chat', prompt: [{ role: 'user', content: 'Hello' }] as const },
] as const;
const ways = routes.flatMap((of) => [
  { ...of, stream: true },
  { ...of, stream: false },
]);

async function endWith(
  { text = ' Pa', finish: reason, more = {}, beside = {} }: Ending,
  { route, prompt, stream: streams }: (typeof ways)[number],
  last = bareDone,
) {
  const inner = { content: text, ...more };
  const piece = route === 'chat' ? { [streams ? 'delta' : 'message']: inner } : { text, ...more };
  const body = {
    model: 'served-m',
    choices: [{ index: 0, ...piece, finish_reason: reason }],
    ...beside,
  };
  const server = await serve((_asked, response) => {
    if (streams) stream(response).end(event(body) + last);
    else json(response, 200, body);
  });
  return complete(asking(server.url, { stream: streams, prompt }));
}

describe.each(ways)('an answer of $route, streamed: $stream', (way) => {
  it.each(['stop', 'length', 'content_filter'])(
    'is whole with finish reason %s',
    async (reason) => {
      expect(await endWith({ name: reason, finish: reason }, way)).toMatchObject({
        ok: true,
        text: ' Pa',
        finishReason: reason,
      });
    },
  );

  it.each<Ending & { readonly unfinished: object }>([
    {
      name: 'abort',
      finish: 'abort',
      unfinished: { why: 'ended_with', finishReason: 'abort' },
    },
    {
      name: 'error',
      finish: 'error',
      unfinished: { why: 'ended_with', finishReason: 'error' },
    },
    {
      name: 'a tool call',
      text: '',
      finish: 'tool_calls',
      more: { tool_calls: [{ id: 'a', function: { name: 'search' } }] },
      unfinished: { why: 'ended_with', finishReason: 'tool_calls' },
    },
    { name: 'null to the end', finish: null, unfinished: { why: 'no_end' } },
    { name: 'no finish reason at all', finish: undefined, unfinished: { why: 'no_end' } },
    { name: 'an empty finish reason', finish: '', unfinished: { why: 'no_end' } },
    {
      name: 'reasoning_content only',
      text: '',
      finish: 'length',
      more: { reasoning_content: 'Let me think' },
      unfinished: { why: 'only_reasoning', isCut: true },
    },
    {
      name: 'reasoning only, ended by itself',
      text: '',
      finish: 'stop',
      more: { reasoning: 'Let me think' },
      unfinished: { why: 'only_reasoning', isCut: false },
    },
    {
      name: 'reasoning between tags, cut',
      text: '<think>\nLet me think',
      finish: 'length',
      unfinished: { why: 'only_reasoning', isCut: true },
    },
    {
      name: 'reasoning between tags, and nothing after it',
      text: '<think>\nLet me think\n</think>\n\n',
      finish: 'stop',
      unfinished: { why: 'only_reasoning', isCut: false },
    },
    {
      name: 'all tokens spent unseen',
      text: '',
      finish: 'length',
      unfinished: { why: 'only_reasoning', isCut: true },
    },
  ])('is a fault with its text kept: $name', async ({ unfinished, ...ending }) => {
    expect(await endWith(ending, way)).toMatchObject({
      ok: false,
      status: 200,
      network: undefined,
      midStream: true,
      partialText: ending.text ?? ' Pa',
      unfinished,
    });
  });

  it.each([{ message: 'boom', type: 'InternalServerError' }, 'boom'])(
    'is a fault with its text kept: an error beside the choices, %j',
    async (error) => {
      const result = await endWith({ name: 'error', finish: 'stop', beside: { error } }, way);
      expect(result).toMatchObject({ ok: false, status: 200, midStream: true, partialText: ' Pa' });
      expect(JSON.parse('body' in result ? result.body : '')).toMatchObject({ error });
    },
  );

  it('is whole where an answer follows the reasoning between tags', async () => {
    const text = '<think>\nLet me think\n</think>\n\nParis.';
    expect(await endWith({ name: 'tags', text, finish: 'stop' }, way)).toMatchObject({
      ok: true,
      text,
    });
  });

  it('is whole where the error beside the choices is null', async () => {
    const ending = { name: 'null', finish: 'stop', beside: { error: null } };
    expect(await endWith(ending, way)).toMatchObject({ ok: true });
  });
});

describe.each(ways)('an answer of $route, streamed: $stream, is whole', (way) => {
  it.each<object>([
    { model: null },
    { model: 7 },
    { usage: null },
    { usage: {} },
    { usage: { prompt_tokens: 3, completion_tokens: null } },
    { usage: { prompt_tokens: '3', completion_tokens: 'many' } },
    { usage: 'two tokens' },
  ])('beside %j', async (beside) => {
    const result = await endWith({ name: 'decorated', finish: 'stop', beside }, way);
    expect(result).toMatchObject({ ok: true, text: ' Pa' });
  });
});

describe('the end of a stream', () => {
  it.each([
    [
      'a last chunk whose choices are null',
      event({ choices: null, usage: { prompt_tokens: 3, completion_tokens: 2 } }),
    ],
    ['a ping', 'event: ping\ndata: {}\n\n'],
    ['a comment', ': ping\n\n'],
  ])('is whole with %s before [DONE]', async (_name, last) => {
    const server = await serve((_asked, response) =>
      stream(response).end(chunk(' Paris.') + finish + last + bareDone),
    );
    const result = await complete(asking(server.url, { stream: true }));
    expect(result).toMatchObject({ ok: true, text: ' Paris.' });
  });

  it.each([{ detail: 'Internal error' }, { object: 'error', message: 'boom' }, { error: 'boom' }])(
    'is a fault with %j before it',
    async (failure) => {
      const server = await serve((_asked, response) =>
        stream(response).end(chunk(' Pa') + event(failure) + done),
      );
      const body = JSON.stringify(failure);
      const result = await complete(asking(server.url, { stream: true }));
      expect(result).toMatchObject({ ok: false, body, partialText: ' Pa' });
    },
  );

  it('is a fault with [DONE] alone', async () => {
    const server = await serve((_asked, response) => stream(response).end(bareDone));
    expect(await complete(asking(server.url, { stream: true }))).toMatchObject({
      ok: false,
      partialText: '',
      unfinished: { why: 'no_end' },
    });
  });

  it('is whole when the connection is reset after the finish reason', async () => {
    const server = await serve((_asked, response) => {
      stream(response).write(chunk(' Paris.') + finish, () => response.socket?.resetAndDestroy());
    });
    expect(await complete(asking(server.url, { stream: true }))).toMatchObject({
      ok: true,
      text: ' Paris.',
      finishReason: 'stop',
    });
  });

  it('is a cut when the connection closes without a finish reason and without [DONE]', async () => {
    const way = { ...routes[0], stream: true };
    expect(await endWith({ name: 'closed', finish: null }, way, '')).toMatchObject({
      ok: false,
      network: 'reset',
      partialText: ' Pa',
      unfinished: { why: 'no_end' },
    });
  });

  it('is whole with a finish reason, though [DONE] does not come', async () => {
    const way = { ...routes[1], stream: true };
    expect(await endWith({ name: 'closed', finish: 'stop' }, way, '')).toMatchObject({ ok: true });
  });
});

describe('what goes wrong is a result', () => {
  it('keeps status, body and headers of a refusal', async () => {
    const body = { fault: { faultstring: 'Invalid ApiKey', detail: { errorcode: 'x' } } };
    const server = await serve((_asked, response) => json(response, 401, body, { via: 'apigee' }));
    expect(await complete(asking(server.url))).toMatchObject({
      ok: false,
      status: 401,
      body: JSON.stringify(body),
      headers: { via: 'apigee' },
      network: undefined,
      midStream: false,
    });
    expect(server.asked).toHaveLength(1);
  });

  it('takes a 200 that is no completion for a fault', async () => {
    const server = await serve((_asked, response) => response.end('<html>login</html>'));
    expect(await complete(asking(server.url))).toMatchObject({ ok: false, status: 200 });
  });

  it('follows no redirect, as the key would go with it', async () => {
    const server = await serve((_asked, response) =>
      response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end(),
    );
    expect(await complete(asking(server.url, { consumerKey: 'k' }))).toMatchObject({ status: 302 });
  });

  it('names a refused connection', async () => {
    const server = await startServer(() => undefined);
    await server.stop();
    expect(await complete(asking(server.url))).toMatchObject({
      ok: false,
      status: undefined,
      network: 'refused',
    });
  });

  it('names a reset', async () => {
    const server = await serve((_asked, response) => response.socket?.resetAndDestroy());
    expect(await complete(asking(server.url))).toMatchObject({ ok: false, network: 'reset' });
  });

  it('names a host that does not resolve', async () => {
    const result = await complete(asking('http://no-such-host.invalid'));
    expect(result).toMatchObject({ ok: false, network: 'dns' });
  });

  it('names a timeout, before and in the middle of an answer', async () => {
    const silent = await serve(() => undefined);
    expect(await complete(asking(silent.url, { timeoutMs: 50 }))).toMatchObject({
      ok: false,
      network: 'timeout',
      midStream: false,
    });
    const stuck = await serve((_asked, response) => void stream(response).write(chunk(' Pa')));
    expect(await complete(asking(stuck.url, { stream: true, timeoutMs: 200 }))).toMatchObject({
      ok: false,
      network: 'timeout',
      midStream: true,
      partialText: ' Pa',
    });
  });

  it("rejects only with the caller's own reason", async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort(new Error('shutting down')));
    const work = complete(asking(server.url, { signal: controller.signal }));
    await expect(work).rejects.toThrow('shutting down');
  });
});
