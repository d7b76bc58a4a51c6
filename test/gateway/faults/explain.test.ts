// Fault table rows, by exact bodies of Apigee, endpoint picker, vLLM and load balancer.
import { describe, expect, it } from 'vitest';
import type { NextAction } from '../../../src/gateway/faults/explained.ts';
import { explain, faultTable } from '../../../src/gateway/faults/explain.ts';
import type { CompletionFault } from '../../../src/clients/inference/client.ts';
import { createRedactor } from '../../../src/kernel/redaction.ts';
import { type Case, unfinishedCases } from './unfinished-cases.ts';
import { gatewaysIn } from '../../support/printed-commands.ts';

const apigee = (faultstring: string, errorcode: string): string =>
  JSON.stringify({ fault: { faultstring, detail: { errorcode } } });

const nested = (message: string, type: string, code: number): string =>
  JSON.stringify({ error: { message, type, param: null, code } });

const flat = (message: string, type: string, code: number): string =>
  JSON.stringify({ object: 'error', message, type, param: null, code });

const broken = (body: string, says: RegExp): Case => ({
  row: 'stream_failed',
  fault: { status: 200, midStream: true, body },
  says,
  actions: ['again', 'edit'],
});

const cases: readonly Case[] = [
  ...unfinishedCases,
  {
    row: 'apigee_refused',
    fault: {
      status: 504,
      body: apigee('Gateway Timeout', 'messaging.adaptors.http.flow.GatewayTimeout'),
    },
    says: /rejected by Apigee.*Gateway Timeout/,
    actions: ['again', 'status', 'doctor'],
  },
  broken('{"error":"engine died"}', /engine died/),
  broken('{"error":{"code":500},"choices":[]}', /no reason was given/),
  {
    row: 'no_key',
    actions: ['key'],
    fault: {
      status: 500,
      body: apigee(
        'Raising fault. Fault name : RF-insufficient-request-raise-fault',
        'steps.raisefault.RaiseFault',
      ),
    },
    says: /`\/llmgw key`/,
  },
  {
    row: 'no_key',
    actions: ['key'],
    fault: {
      status: 401,
      body: apigee(
        'Failed to resolve API Key variable request.header.x-api-key',
        'steps.oauth.v2.FailedToResolveAPIKey',
      ),
    },
    says: /x-api-key/,
  },
  {
    row: 'no_key',
    // With a key, the product lacks its operation.
    fault: {
      status: 500,
      body: apigee(
        'Raising fault. Fault name : RF-insufficient-request-raise-fault',
        'steps.raisefault.RaiseFault',
      ),
    },
    given: { sentKey: true },
    says: /no API product with an operation/,
    actions: ['later', 'status', 'doctor'],
  },
  {
    row: 'unknown_model',
    fault: { status: 404, body: flat('The model `x` does not exist.', 'NotFoundError', 404) },
    given: { model: 'x' },
    says: /named x.*without `--model`/s,
    actions: ['own_model', 'edit'],
  },
  {
    row: 'wrong_key',
    actions: ['key', 'again'],
    fault: { status: 401, body: apigee('Invalid ApiKey', 'oauth.v2.InvalidApiKey') },
    says: /within 3 minutes/,
  },
  {
    row: 'key_not_for_path',
    actions: ['later', 'key list', 'doctor'],
    fault: {
      status: 401,
      body: apigee('Invalid ApiKey for given resource', 'oauth.v2.InvalidApiKeyForGivenResource'),
    },
    says: /POST \/v1\/completions/,
  },
  {
    row: 'key_not_approved',
    actions: ['key list', 'later'],
    fault: { status: 401, body: apigee('ApiKey not approved', 'oauth.v2.ApiKeyNotApproved') },
    says: /revoked or awaits approval/,
  },
  {
    row: 'app_revoked',
    actions: ['key list', 'later'],
    fault: {
      status: 401,
      body: apigee(
        'Invalid client id : app not approved',
        'keymanagement.service.invalid_client-app_not_approved',
      ),
    },
    says: /App revoked/,
  },
  {
    row: 'developer_inactive',
    actions: ['later', 'key list'],
    fault: {
      status: 401,
      body: apigee(
        'Developer Status is not Active',
        'keymanagement.service.DeveloperStatusNotActive',
      ),
    },
    says: /inactive/,
  },
  {
    row: 'key_expired',
    actions: ['key', 'again'],
    fault: { status: 401, body: apigee('API Key expired', 'oauth.v2.ApiKeyExpired') },
    says: /expired/,
  },
  {
    row: 'quota_spent',
    actions: ['later', 'more_quota'],
    fault: {
      status: 429,
      body: apigee(
        'Rate limit quota violation. Quota limit  exceeded. Identifier : _default',
        'policies.ratelimit.QuotaViolation',
      ),
    },
    says: /5 requests per minute.*at most 60 s/s,
    retryAfterMs: 60_000,
  },
  {
    row: 'quota_spent',
    actions: ['later', 'more_quota'],
    fault: {
      // Old Edge answered 500: the body decides.
      status: 500,
      body: apigee(
        'Rate limit quota violation. Quota limit  exceeded.',
        'policies.ratelimit.QuotaViolation',
      ),
    },
    says: /at most 60 s/,
    retryAfterMs: 60_000,
  },
  {
    row: 'spike_arrest',
    actions: ['later', 'again'],
    fault: {
      status: 429,
      body: apigee(
        'Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=10, periodInMicroseconds=60000000, maxBurstMessageCount=1.0}',
        'policies.ratelimit.SpikeArrestViolation',
      ),
    },
    says: /in 6 s/,
    retryAfterMs: 6000,
  },
  {
    row: 'prompt_too_large',
    actions: ['edit'],
    fault: {
      status: 413,
      body: apigee('Body buffer overflow', 'protocol.http.TooBigBody'),
    },
    says: /Shorten/,
  },
  {
    row: 'prompt_too_large',
    actions: ['edit'],
    fault: { status: 413, body: 'Payload Too Large' },
    says: /Shorten/,
  },
  {
    row: 'context_too_long',
    actions: ['edit'],
    fault: {
      status: 400,
      body: flat(
        "This model's maximum context length is 32768 tokens. However, you requested 40000 tokens.",
        'BadRequestError',
        400,
      ),
    },
    says: /32768 tokens.*--max-tokens/s,
  },
  {
    row: 'context_too_long',
    actions: ['edit'],
    fault: {
      status: 400,
      body: nested(
        "This model's maximum context length is 2048 tokens, however you requested 4000 tokens",
        'BadRequestError',
        400,
      ),
    },
    says: /2048 tokens/,
  },
  {
    row: 'unknown_model',
    actions: ['status', 'doctor'],
    fault: {
      status: 404,
      body: flat('The model `x` does not exist.', 'NotFoundError', 404),
    },
    says: /Qwen\/Qwen2\.5/,
  },
  {
    row: 'unknown_model',
    actions: ['status', 'doctor'],
    fault: {
      status: 404,
      body: nested('The model `x` does not exist.', 'NotFoundError', 404),
    },
    says: /Qwen\/Qwen2\.5/,
  },
  {
    row: 'model_refused',
    actions: ['edit', 'again'],
    fault: { status: 422, body: nested('prompt: field required', 'UnprocessableEntityError', 422) },
    says: /field required/,
  },
  {
    row: 'model_failed',
    actions: ['again', 'status', 'doctor'],
    fault: { status: 500, body: flat('EngineCore died', 'InternalServerError', 500) },
    says: /EngineCore died/,
  },
  {
    row: 'stream_failed',
    actions: ['again', 'edit'],
    fault: {
      status: 200,
      midStream: true,
      body: nested('CUDA out of memory', 'InternalServerError', 500),
    },
    says: /mid-answer.*out of memory/s,
  },
  {
    row: 'stream_cut',
    actions: ['again', 'edit'],
    fault: { status: 200, midStream: true, network: 'reset' },
    says: /cut off/,
  },
  {
    row: 'extension_failed',
    actions: ['again', 'status', 'doctor'],
    fault: { status: 500, body: '' },
    says: /did not check the key in time/,
    retryAfterMs: 5000,
  },
  {
    row: 'picker_saturated',
    actions: ['again', 'later'],
    fault: {
      status: 429,
      body: 'inference gateway: InferencePoolResourceExhausted - system saturated, sheddable request dropped',
    },
    says: /busy/,
    retryAfterMs: 5000,
  },
  {
    row: 'picker_without_pods',
    actions: ['status', 'later', 'doctor'],
    fault: {
      status: 503,
      body: 'inference gateway: ServiceUnavailable - failed to find candidate pods for serving the request',
    },
    says: /No model server ready/,
  },
  {
    row: 'picker_refused',
    actions: ['again', 'edit'],
    fault: {
      status: 400,
      body: 'inference gateway: BadRequest - model not found in request body',
    },
    says: /model not found in request body/,
  },
  {
    row: 'picker_failed',
    actions: ['again', 'doctor'],
    fault: { status: 500, body: 'inference gateway: Internal - no scheduling profile' },
    says: /no scheduling profile/,
  },
  {
    row: 'no_healthy_upstream',
    actions: ['status', 'later', 'doctor'],
    fault: { status: 503, body: 'no healthy upstream' },
    says: /health check/,
  },
  {
    row: 'host_unknown_to_apigee',
    actions: ['status', 'doctor', 'later'],
    fault: {
      status: 404,
      body: apigee(
        'Unable to identify proxy for host: default and url: /v1/completions',
        'messaging.adaptors.http.flow.ApplicationNotFound',
      ),
    },
    says: /environment group/,
  },
  {
    row: 'no_route',
    actions: ['status', 'doctor'],
    fault: { status: 404, body: '' },
    says: /No route of the gateway matches/,
  },
  {
    row: 'no_route',
    actions: ['status', 'doctor'],
    fault: { status: 404, body: 'fault filter abort' },
    says: /No route of the gateway matches/,
  },
  {
    row: 'pool_missing',
    actions: ['status', 'doctor'],
    fault: { status: 500, body: 'fault filter abort' },
    says: /inference pool/,
  },
  {
    row: 'upstream_failed',
    actions: ['again', 'status'],
    fault: {
      status: 503,
      body: 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
    },
    says: /lost the connection to the model server/,
  },
  {
    row: 'gateway_timed_out',
    actions: ['edit', 'again'],
    fault: { status: 504, body: 'upstream request timeout' },
    says: /--max-tokens/,
  },
  {
    row: 'gateway_address_gone',
    actions: ['status', 'doctor'],
    fault: { network: 'refused' },
    says: /removed/,
  },
  {
    row: 'network_timed_out',
    actions: ['edit', 'again', 'status'],
    fault: { network: 'timeout' },
    says: /did not answer/,
  },
  {
    row: 'network_failed',
    actions: ['again', 'status'],
    fault: { network: 'reset' },
    says: /reset/,
  },
  {
    row: 'network_failed',
    actions: ['again', 'status'],
    fault: { network: 'dns' },
    says: /cannot resolve/,
  },
];

const circumstances = {
  gateway: 'default',
  quota: { limit: 5, interval: 1, timeUnit: 'minute' },
  model: 'Qwen/Qwen2.5-1.5B-Instruct',
  ownModel: 'Qwen/Qwen2.5-1.5B-Instruct',
  sentKey: false,
  now: 1_800_000_000_000,
  redact: (text: string) => text,
} as const;

const nameOf = (action: NextAction): string =>
  action.kind === 'command' ? action.command : action.kind;

const failed = (fault: Partial<CompletionFault>): CompletionFault => ({
  ok: false,
  status: undefined,
  body: '',
  headers: {},
  network: undefined,
  midStream: false,
  partialText: '',
  ...fault,
});

describe('the fault table', () => {
  it.each(cases)('$row: $fault.status $fault.network $fault.body', (testCase) => {
    const explained = explain(failed(testCase.fault), { ...circumstances, ...testCase.given });
    expect(explained.row).toBe(testCase.row);
    expect(`${explained.title} ${explained.meaning} ${explained.next}`).toMatch(testCase.says);
    expect(explained.retryAfterMs).toBe(testCase.retryAfterMs);
    expect(explained.actions.map(nameOf)).toEqual(testCase.actions);
    expect(explained.status).toBe(testCase.fault.status);
    expect(explained.raw).toBeUndefined();
  });

  it.each(cases)('names the gateway in each command of $row', ({ fault, given }) => {
    const explained = explain(failed(fault), { ...circumstances, ...given, gateway: 'staging' });
    const typed = explained.actions.flatMap((one) => (one.kind === 'command' ? [one.command] : []));
    const shown = [explained.meaning, explained.next, ...typed.map((one) => `\`/llmgw ${one}\``)];
    expect(Object.values(gatewaysIn(shown)).filter((one) => one !== 'staging')).toEqual([]);
  });

  it('has a case for every row', () => {
    const shown = new Set(cases.map(({ row }) => row));
    expect(faultTable.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  it('shows the raw body of an unknown fault, redacted and truncated', () => {
    const key = 'a-consumer-key-of-someone';
    const redactor = createRedactor([key]);
    const body = `${'x'.repeat(590)}${key}`;
    const explained = explain(failed({ status: 418, body }), {
      ...circumstances,
      redact: (text) => redactor.text(text),
    });
    expect(explained.row).toBe('unknown');
    expect(explained.meaning).toContain('418');
    expect(explained.raw).toHaveLength(597);
    expect(explained.raw).not.toContain('a-consumer');
  });

  it('masks a key that a model server repeats', () => {
    const key = 'a-consumer-key-of-someone';
    const redactor = createRedactor([key]);
    const explained = explain(failed({ status: 400, body: flat(`bad ${key}`, 'X', 400) }), {
      ...circumstances,
      redact: (text) => redactor.text(text),
    });
    expect(JSON.stringify(explained)).not.toContain(key);
  });

  it.each([
    { quota: { limit: 20, interval: 1, timeUnit: 'hour' } as const, says: /at most 60 minutes/ },
    { quota: { limit: 9, interval: 1, timeUnit: 'day' } as const, says: /at most 24 hours/ },
    { quota: { limit: 9, interval: 1, timeUnit: 'month' } as const, says: /at most 31 days/ },
  ])('bounds the wait by a window of one $quota.timeUnit', ({ quota, says }) => {
    const body = apigee('Rate limit quota violation.', 'policies.ratelimit.QuotaViolation');
    expect(explain(failed({ status: 429, body }), { ...circumstances, quota }).next).toMatch(says);
  });
});
