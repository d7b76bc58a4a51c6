// Check of an answer, with a key issued and deleted on the throw-away gateway.
import { randomBytes } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { Completion } from '../../../../src/clients/inference/client.ts';
import { credentialsIn, registerKeys } from '../../../../src/gateway/credential.ts';
import { readEndpoint } from '../../../../src/gateway/endpoint.ts';
import { recognise } from '../../../../src/gateway/faults/explain.ts';
import { createdHere } from '../../../../src/gateway/ownership.ts';
import { appName, productName } from '../../../../src/gateway/resources.ts';
import { type CloudCheck, type CloudUnderTest, differs, held, notObserved } from '../../check.ts';

/** Apigee accepts a new key within three minutes. */
const tries = 18;
const pauseMs = 10_000;

export const askWithKey: CloudCheck = {
  id: 'gateway-ask',
  needs: 'gateway',
  question: 'Does a prompt with a new key come back, at once and as a stream?',
  observedBy: 'a developer app of the kit, POST /v1/completions with its key, plain and streamed',
  bet: 'Both forms are read to a whole answer.',
  observe: async (cloud) => {
    if (!cloud.isThrowAway) {
      return notObserved('It issues a key, so it is tried on the throw-away gateway alone.');
    }
    const baseUrl = await readEndpoint(cloud.env, cloud.signal);
    if (baseUrl === undefined) return notObserved('The gateway has no address.');
    const { env, signal } = cloud;
    const apigee = env.clients.apigee(env.gateway);
    const email = `llmgw-conformance-${randomBytes(4).toString('hex')}@example.com`;
    const app = appName(env.gateway.name);
    try {
      const key = await issueKey(cloud, email, app);
      if (key === undefined) return differs('the new app has no usable key');
      const ask = (stream: boolean) => askPatiently(cloud, { baseUrl, key, stream });
      return summarise([await ask(false), await ask(true)]);
    } finally {
      // This runs also after Ctrl-C, so without its signal.
      await apigee.deleteApp({ email, app }).catch(() => undefined);
      await apigee.deleteDeveloper(email).catch(() => undefined);
      signal.throwIfAborted();
    }
  },
};

async function issueKey(
  { env, signal }: CloudUnderTest,
  email: string,
  name: string,
): Promise<string | undefined> {
  const apigee = env.clients.apigee(env.gateway);
  await apigee.createDeveloper(
    {
      email,
      firstName: 'llmgw',
      lastName: 'conformance',
      userName: email,
      attributes: [createdHere],
    },
    signal,
  );
  const products = [productName(env.gateway.name)];
  const app = await apigee.createApp(email, { name, products, attributes: [createdHere] }, signal);
  registerKeys(env, app);
  return credentialsIn(app, env.gateway.name, 'usable', Date.now())[0]?.consumerKey;
}

async function askPatiently(
  { env, signal, speed }: CloudUnderTest,
  {
    baseUrl,
    key,
    stream,
  }: { readonly baseUrl: string; readonly key: string; readonly stream: boolean },
): Promise<Completion> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await env.clients.inference.complete({
      baseUrl,
      consumerKey: key,
      model: env.gateway.model,
      prompt: 'Say hello.',
      maxTokens: 16,
      stream,
      signal,
    });
    if (answer.ok || attempt === tries || recognise(answer) !== 'wrong_key') return answer;
    await after(pauseMs / speed, undefined, { signal });
  }
}

function summarise(answers: readonly Completion[]) {
  const seen = answers
    .map((answer, index) => {
      const form = index === 0 ? 'plain' : 'streamed';
      return answer.ok
        ? `${form}: status ${answer.status}, ended with ${answer.finishReason}, ${answer.streamed ? 'in pieces' : 'at once'}`
        : `${form}: status ${answer.status ?? 'none'}, recognised as ${recognise(answer)}`;
    })
    .join('; ');
  return answers.every(({ ok }) => ok) ? held(seen) : differs(seen);
}
