// Scenes of the fault table: an answer for each row and each variant.
import { explainedFault } from '../../../jobs/ask/answer/fault-view.ts';
import { endingMessages, partsOf } from '../../../jobs/ask/answer/view.ts';
import type { CompletionFault } from '../../../src/clients/inference/client.ts';
import { explain } from '../../../src/gateway/faults/explain.ts';
import type { ExplainedFault } from '../../../src/gateway/faults/explained.ts';
import type { Circumstances } from '../../../src/gateway/faults/observed-fault.ts';
import { type Chapter, alice, gateway, job, model, now } from '../scene.ts';

interface Sample {
  readonly fault: Partial<CompletionFault>;
  readonly given?: Partial<Circumstances>;
}

const body = (status: number, text: string, given: Partial<Circumstances> = {}): Sample => ({
  fault: { status, body: text },
  given,
});

const apigee = (
  status: number,
  faultstring: string,
  errorcode: string,
  given: Partial<Circumstances> = {},
): Sample => body(status, JSON.stringify({ fault: { faultstring, detail: { errorcode } } }), given);

const vllm = (status: number, message: string, type: string, given = {}): Sample =>
  body(
    status,
    JSON.stringify({ object: 'error', message, type, param: null, code: status }),
    given,
  );

const unfinished = (how: CompletionFault['unfinished']): Sample => ({
  fault: { status: 200, midStream: true, partialText: 'The capital', unfinished: how },
});

const network = (how: CompletionFault['network']): Sample => ({ fault: { network: how } });

const noKey = [
  500,
  'Raising fault. Fault name : RF-insufficient-request-raise-fault',
  'steps.raisefault.RaiseFault',
] as const;
const noModel = [404, 'The model `x` does not exist.', 'NotFoundError'] as const;

const samples: readonly Sample[] = [
  unfinished({ why: 'ended_with', finishReason: 'abort' }),
  unfinished({ why: 'no_end' }),
  unfinished({ why: 'ended_with', finishReason: 'tool_calls' }),
  unfinished({ why: 'only_reasoning', isCut: true }),
  unfinished({ why: 'only_reasoning', isCut: false }),
  unfinished({ why: 'refused', refusal: 'I cannot help with that.' }),
  unfinished({ why: 'refused', refusal: '' }),
  unfinished({ why: 'filtered' }),
  unfinished({ why: 'empty' }),
  network('refused'),
  network('timeout'),
  network('reset'),
  network('dns'),
  network('unreachable'),
  { fault: { status: 200, midStream: true, network: 'reset' } },
  { fault: { status: 200, midStream: true, body: '{"error":"engine died"}' } },
  apigee(...noKey),
  apigee(...noKey, { sentKey: true }),
  apigee(401, 'Invalid ApiKey', 'oauth.v2.InvalidApiKey'),
  apigee(401, 'Invalid ApiKey for given resource', 'oauth.v2.InvalidApiKeyForGivenResource'),
  apigee(401, 'ApiKey not approved', 'oauth.v2.ApiKeyNotApproved'),
  apigee(
    401,
    'Invalid client id : app not approved',
    'keymanagement.service.invalid_client-app_not_approved',
  ),
  apigee(401, 'Developer Status is not Active', 'keymanagement.service.DeveloperStatusNotActive'),
  apigee(401, 'API Key expired', 'oauth.v2.ApiKeyExpired'),
  apigee(429, 'Rate limit quota violation.', 'policies.ratelimit.QuotaViolation'),
  apigee(
    429,
    'Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=10, periodInMicroseconds=60000000, maxBurstMessageCount=1.0}',
    'policies.ratelimit.SpikeArrestViolation',
  ),
  apigee(413, 'Body buffer overflow', 'protocol.http.TooBigBody'),
  vllm(
    400,
    "This model's maximum context length is 32768 tokens. However, you requested 40000 tokens.",
    'BadRequestError',
  ),
  vllm(...noModel),
  vllm(...noModel, { model: 'x' }),
  vllm(422, 'prompt: field required', 'UnprocessableEntityError'),
  vllm(500, 'EngineCore died', 'InternalServerError'),
  body(500, ''),
  body(
    429,
    'inference gateway: InferencePoolResourceExhausted - system saturated, sheddable request dropped',
  ),
  body(503, 'inference gateway: ServiceUnavailable - failed to find candidate pods'),
  body(400, 'inference gateway: BadRequest - model not found in request body'),
  body(500, 'inference gateway: Internal - no scheduling profile'),
  body(503, 'no healthy upstream'),
  apigee(
    404,
    'Unable to identify proxy for host: default and url: /v1/completions',
    'messaging.adaptors.http.flow.ApplicationNotFound',
  ),
  apigee(500, 'Execution of SC-check failed.', 'steps.servicecallout.ExecutionFailed'),
  body(404, 'fault filter abort'),
  body(500, 'fault filter abort'),
  body(503, 'upstream connect error or disconnect/reset before headers.'),
  body(504, 'upstream request timeout'),
  body(418, 'I am a teapot'),
];

const circumstances: Circumstances = {
  gateway,
  quota: { limit: 5, interval: 1, timeUnit: 'minute' },
  model,
  ownModel: model,
  sentKey: false,
  now,
  redact: (text) => text,
};

export interface ExplainedSample {
  readonly explained: ExplainedFault;
  /** The gateway's answer: status, and the code or the text that identifies the row. */
  readonly source: string;
}

export const explainedSamples: readonly ExplainedSample[] = samples.map(({ fault, given }) => {
  const whole: CompletionFault = {
    ok: false,
    status: undefined,
    body: '',
    headers: {},
    network: undefined,
    midStream: false,
    partialText: '',
    ...fault,
  };
  return {
    explained: explain(whole, { ...circumstances, ...given }),
    source: sourceOf(whole),
  };
});

function sourceOf({
  status,
  body: text,
  network: failure,
  unfinished: how,
}: CompletionFault): string {
  if (how !== undefined) {
    return how.why === 'ended_with' ? `finish reason \`${how.finishReason}\`` : `\`${how.why}\``;
  }
  const cut = status === undefined ? '' : `HTTP ${status}`;
  if (failure !== undefined) return [cut, `connection: ${failure}`].filter(Boolean).join(', ');
  const code = /"errorcode":"([^"]+)"|"type":"([^"]+)"/.exec(text);
  const words = code?.[1] ?? code?.[2] ?? text;
  return words === '' ? `${cut}, no body` : `${cut} \`${words.slice(0, 80)}\``;
}

const asked = { user: alice, prompt: 'Why?', job, isInThread: true, isPrivate: false };

export const faultScenes: Chapter = {
  title: 'Faults of the gateway',
  scenes: explainedSamples.flatMap(({ explained, source }) => {
    const ending = explainedFault(asked, explained);
    const [message] = endingMessages(asked, ending, partsOf(ending.body));
    return [{ title: `\`${explained.row}\``, when: source, message }];
  }),
};
