// Answers a prompt through the gateway with the asker's own key, into one message that grows.
import type { Completion } from '../src/clients/inference/client.ts';
import type { Answer, AnswerMessage } from './audience.ts';
import type { JobContext } from './context.ts';
import { readKey } from './credential.ts';
import { noGateway, readEndpoint, readProof } from './endpoint.ts';
import { explain } from './faults/explain.ts';
import type { AskPayload } from './payloads.ts';
import type { ProvisionEnv } from './provision/env.ts';
import { windowMs, windowName } from './quota-window.ts';
import { appName } from './resources.ts';

/**
 * Safe to run again: the job's id is the message's identity, so a second worker writes into the same one.
 * What the gateway answers, faults too, ends in that message; what happens before it throws.
 * @throws refused/no_key, refused/key_not_approved, refused/no_gateway, permanent/profile_hidden.
 */
export async function ask(context: JobContext, payload: AskPayload): Promise<void> {
  const { audience, signal, texts } = context;
  const { gateway, to } = payload;
  const prompt = await texts.read(payload.prompt);
  if (prompt === undefined) {
    // It is dropped only after the answer stands, so another delivery has done the work.
    context.log.info({ job: to.job }, 'prompt is gone, the answer has been given');
    return;
  }
  const env = await context.env(gateway);
  const profile = await audience.profile(to.user);
  const [endpoint, proof] = await Promise.all([readEndpoint(env, signal), readProof(env, signal)]);
  if (endpoint === undefined) throw noGateway(gateway);
  const held = await readKey(env, { email: profile.email, app: appName(gateway) }, signal);

  const message = await audience.openAnswer(to, prompt);
  const usedHere = await countRequest(context, env, to.user);
  const completion = await env.clients.inference.complete({
    baseUrl: endpoint,
    consumerKey: held.credential.consumerKey,
    model: env.gateway.model,
    prompt,
    maxTokens: payload.maxTokens,
    temperature: payload.temperature,
    // Where a streamed answer was not seen to come through, asking for one could lose it.
    stream: proof?.streaming ?? false,
    onText: (text) => message.grow(text),
    signal,
  });
  await conclude({ context, env, completion, message, prompt, usedHere });
  await texts.drop(payload.prompt);
}

async function conclude(at: {
  readonly context: JobContext;
  readonly env: ProvisionEnv;
  readonly completion: Completion;
  readonly message: AnswerMessage;
  readonly prompt: string;
  readonly usedHere: number;
}): Promise<void> {
  const { completion, context, env, message } = at;
  const { model, name, quota } = env.gateway;
  if (!completion.ok) {
    const redact = (text: string): string => context.redact(text);
    await message.explain(explain(completion, { gateway: name, model, quota, redact }));
    return;
  }
  const answer: Answer = {
    prompt: at.prompt,
    text: completion.text,
    model: completion.model,
    promptTokens: completion.usage?.promptTokens,
    completionTokens: completion.usage?.completionTokens,
    firstTokenMs: completion.streamed ? completion.firstTokenMs : undefined,
    totalMs: completion.totalMs,
    quota: { limit: quota.limit, window: windowName(quota), usedHere: at.usedHere },
  };
  await message.finish(answer);
}

/**
 * What this bot sent for the person in the last window's length: requests from elsewhere are not seen, and nobody but
 * Apigee knows when its own window began.
 */
function countRequest(context: JobContext, env: ProvisionEnv, user: string): Promise<number> {
  const { name, quota } = env.gateway;
  return context.usage.count(`${name}:${user}`, windowMs(quota));
}
