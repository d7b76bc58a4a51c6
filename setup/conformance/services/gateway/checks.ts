// Checks of the gateway, by requests in the form of its callers.
import type { Completion } from '../../../../src/clients/inference/client.ts';
import { readEndpoint } from '../../../../src/gateway/endpoint.ts';
import { recognise } from '../../../../src/gateway/faults/explain.ts';
import { type CloudCheck, type CloudUnderTest, differs, held, notObserved } from '../../check.ts';
import { askWithKey } from './ask-with-key.ts';

export const gatewayChecks: readonly CloudCheck[] = [
  {
    id: 'gateway-key-missing',
    openQuestion: 2,
    needs: 'gateway',
    question: 'Which HTTP status does RF-insufficient-request have?',
    observedBy: 'POST /v1/completions without a key',
    bet: 'The fault is recognised by its body, whatever the status.',
    observe: (cloud) => observeRefusal(cloud, undefined, 'no_key'),
  },
  {
    id: 'gateway-key-wrong',
    needs: 'gateway',
    question: 'How is a wrong key refused?',
    observedBy: 'POST /v1/completions with a key that nobody issued',
    bet: 'Status 401 with an Apigee fault that is recognised by its error code.',
    observe: (cloud) => observeRefusal(cloud, 'llmgw-conformance-wrong-key', 'wrong_key'),
  },
  askWithKey,
];

async function observeRefusal(cloud: CloudUnderTest, consumerKey: string | undefined, row: string) {
  const baseUrl = await readEndpoint(cloud.env, cloud.signal);
  if (baseUrl === undefined) return notObserved('The gateway has no address.');
  const answer: Completion = await cloud.env.clients.inference.complete({
    baseUrl,
    consumerKey,
    model: cloud.env.gateway.model,
    prompt: 'Say hello.',
    maxTokens: 4,
    stream: false,
    signal: cloud.signal,
  });
  if (answer.ok) return differs(`it was answered with status ${answer.status}`);
  if (answer.status === undefined) {
    return notObserved(`The gateway could not be reached (${answer.network ?? 'unknown'}).`);
  }
  const known = recognise(answer);
  const seen = `status ${answer.status}, recognised as ${known}`;
  return known === row ? held(seen) : differs(seen);
}
