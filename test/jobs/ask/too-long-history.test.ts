// Retry tests for a conversation that exceeds the model's context.
import { afterEach, expect, test } from 'vitest';
import { type Request, answerTo } from '../../../jobs/ask/answer-to.ts';
import type { AnswerMessage } from '../../../jobs/ask/answer/notifier.ts';
import type { AskContext } from '../../../jobs/ask/context.ts';
import type { Turn } from '../../../jobs/ask/conversation.ts';
import { createInference } from '../../../src/clients/inference/create-inference.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { type ScriptedServer, json, startServer } from '../../clients/apigee/scripted-server.ts';
import { gatewayConfig } from '../provision/gateway-config.ts';

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

const turns = Array.from({ length: 8 }, (_, index): Turn => ({
  job: `ask-${index}`,
  prompt: `question ${index} ${'word '.repeat(40)}`,
  answer: `answer ${index}`,
}));

/** The model refuses more than `most` turns with this body. @returns turns per request, answer. */
async function asked(body: object, most: number) {
  const counts: number[] = [];
  server = await startServer((one, response) => {
    const { messages } = JSON.parse(one.body) as { messages: readonly { role: string }[] };
    const count = messages.filter(({ role }) => role === 'assistant').length;
    counts.push(count);
    if (count > most) json(response, 400, body);
    else
      json(response, 200, { choices: [{ message: { content: 'Yes.' }, finish_reason: 'stop' }] });
  });
  const signal = new AbortController().signal;
  const context = { asks: { turns: () => Promise.resolve(turns) }, signal } as unknown;
  const env = { gateway: gatewayConfig, clients: { inference: createInference() } } as unknown;
  const request = {
    endpoint: server.url,
    host: undefined,
    streams: false,
    isChat: true,
    payload: { to: { channel: 'C', threadTs: '1.2' }, maxTokens: 64 },
    prompt: 'and?',
    held: { credential: { consumerKey: 'k' } },
    stop: signal,
  } as unknown;
  const { completion, history } = await answerTo(
    context as AskContext,
    env as ProvisionEnv,
    request as Request,
    Promise.resolve({ grow: () => undefined } as unknown as AnswerMessage),
  );
  return { counts, history, ok: completion?.ok };
}

const vllm = (message: string, param?: string) => ({ error: { message, param, code: 400 } });

test.each([
  ['names an impossible limit', vllm("This model's maximum context length is 3 tokens.")],
  ['names no limit', vllm('Please reduce the length of the input.', 'input_text')],
])('the history is halved when the refusal %s', async (_how, body) => {
  expect(await asked(body, 5)).toEqual({
    counts: [8, 4],
    history: { shown: 4, left: 4 },
    ok: true,
  });
});

test('the history is cut to fit a limit that the refusal names', async () => {
  const body = vllm("However, the model's context length is only 700 tokens, resulting in");
  const { counts, history, ok } = await asked(body, 4);
  expect(counts).toEqual([8, 3]);
  expect(history).toEqual({ shown: 3, left: 5 });
  expect(ok).toBe(true);
});

test('at least one turn is dropped when the named limit exceeds the request', async () => {
  const body = vllm(
    'The decoder prompt (length 9) is longer than the maximum model length of 90000',
  );
  expect((await asked(body, 7)).counts).toEqual([8, 7]);
});

test('the history is dropped when half of it is too long, and no further retry is made', async () => {
  const body = vllm('Too long.', 'input_tokens');
  expect(await asked(body, 1)).toMatchObject({ counts: [8, 4, 0], ok: true });
  expect(await asked(body, -1)).toMatchObject({ counts: [8, 4, 0], ok: false });
});
