// Answers of the data plane itself, with the exact bodies of Apigee's faults.
import type { ServerResponse } from 'node:http';

export interface Answer {
  /** Short name for the record of requests. */
  readonly verdict: string;
  readonly status: number;
  readonly type: 'text/plain' | 'application/json';
  readonly body: string;
}

export const plain = (verdict: string, status: number, body: string): Answer => ({
  verdict,
  status,
  type: 'text/plain',
  body,
});

export interface ApigeeFault extends Answer {
  /** Apigee's own name of the fault, e.g. `oauth.v2.InvalidApiKey`. */
  readonly code: string;
}

const fault = (
  verdict: string,
  status: number,
  faultstring: string,
  errorcode: string,
): ApigeeFault => ({
  verdict,
  code: errorcode,
  status,
  type: 'application/json',
  body: JSON.stringify({ fault: { faultstring, detail: { errorcode } } }),
});

export const apigeeFaults = {
  unknownHost: (host: string, path: string) =>
    fault(
      'unknown_host',
      404,
      `Unable to identify proxy for host: ${host} and url: ${path}`,
      'messaging.adaptors.http.flow.ApplicationNotFound',
    ),
  /** RaiseFault answers 500 unless its policy sets a status; no public sample shows this. */
  insufficientRequest: (verdict: 'no_key' | 'no_product') =>
    fault(
      verdict,
      500,
      'Raising fault. Fault name : RF-insufficient-request-raise-fault',
      'steps.raisefault.RaiseFault',
    ),
  invalidKey: () => fault('invalid_key', 401, 'Invalid ApiKey', 'oauth.v2.InvalidApiKey'),
  notForResource: () =>
    fault(
      'key_not_for_resource',
      401,
      'Invalid ApiKey for given resource',
      'oauth.v2.InvalidApiKeyForGivenResource',
    ),
  keyNotApproved: () =>
    fault('key_not_approved', 401, 'ApiKey not approved', 'oauth.v2.ApiKeyNotApproved'),
  appNotApproved: () =>
    fault(
      'app_not_approved',
      401,
      'APP is not approved',
      'keymanagement.service.invalid_client-app_not_approved',
    ),
  developerInactive: () =>
    fault(
      'developer_inactive',
      401,
      'Developer Status is not Active',
      'keymanagement.service.DeveloperStatusNotActive',
    ),
  keyExpired: () => fault('key_expired', 401, 'ApiKey is expired', 'oauth.v2.ApiKeyExpired'),
  /** Two spaces before "exceeded", as in Apigee; there is no Retry-After. */
  quotaSpent: () =>
    fault(
      'quota_spent',
      429,
      'Rate limit quota violation. Quota limit  exceeded. Identifier : _default',
      'policies.ratelimit.QuotaViolation',
    ),
  spikeArrest: (messages: number, periodMs: number) =>
    fault(
      'spike_arrest',
      429,
      `Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=${messages}, periodInMicroseconds=${periodMs * 1000}, maxBurstMessageCount=1.0}`,
      'policies.ratelimit.SpikeArrestViolation',
    ),
  bodyTooBig: () => fault('too_large', 413, 'Body buffer overflow', 'protocol.http.TooBigBody'),
} as const;

export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': String(Buffer.byteLength(answer.body)),
  });
  response.end(answer.body);
}
