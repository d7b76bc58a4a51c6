// Outages of services, which every client converts to faults to wait for.
import { webApi } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import { networkError, refusalError } from '../../src/clients/apigee/fault.ts';
import { gkeFault } from '../../src/clients/gke/faults.ts';
import { googleFault } from '../../src/clients/google/call.ts';
import { helmFault } from '../../src/clients/helm/faults.ts';
import { networkFault } from '../../src/clients/inference/fault.ts';
import { kubernetesFault } from '../../src/clients/kubernetes/faults.ts';
import type { Fault } from '../../src/kernel/errors.ts';
import { slackFault } from '../../src/slack/send/slack-faults.ts';

const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`it failed: ${code}`), { code, ...more });
const caused = (cause: unknown): Error => new TypeError('fetch failed', { cause });

const projectId = 'llm-demo';
const clients: readonly (readonly [string, (error: unknown) => Fault])[] = [
  ['Kubernetes', (error) => kubernetesFault(error, 'Doing').fault],
  ['GKE', (error) => gkeFault(error, { doing: 'Doing', projectId }).fault],
  [
    'Google',
    (error) =>
      googleFault(error, { doing: 'Doing', projectId, service: 'compute.googleapis.com' }).fault,
  ],
  ['Apigee', (error) => networkError('do', error, 30_000).fault],
];

const codes = `
  ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT EHOSTDOWN ENETDOWN
  EHOSTUNREACH ENETUNREACH ENETRESET EADDRNOTAVAIL EADDRINUSE ENOTCONN
  ESHUTDOWN ENOBUFS EPROTO ENONET ECANCELED ESOCKETTIMEDOUT
  ENOTFOUND EAI_AGAIN EAI_FAIL EAI_NODATA ESERVFAIL EREFUSED ETIMEOUT
  UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT
  UND_ERR_SOCKET UND_ERR_CLOSED UND_ERR_DESTROYED UND_ERR_INFO UND_ERR_PRX_TLS
  UND_ERR_HEADERS_OVERFLOW UND_ERR_RES_CONTENT_LENGTH_MISMATCH UND_ERR_ABORTED
  HPE_INVALID_CONSTANT HPE_INVALID_EOF_STATE HPE_CLOSED_CONNECTION HPE_INTERNAL
  ERR_HTTP2_GOAWAY_SESSION ERR_HTTP2_STREAM_ERROR ERR_HTTP2_INVALID_SESSION
  ERR_HTTP2_STREAM_CANCEL ERR_HTTP2_SESSION_ERROR ERR_HTTP2_PING_CANCEL
  ERR_SSL_WRONG_VERSION_NUMBER ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR
  ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC ERR_TLS_HANDSHAKE_TIMEOUT
  ERR_STREAM_PREMATURE_CLOSE ERR_SOCKET_CLOSED ERR_SOCKET_CONNECTION_TIMEOUT
`
  .trim()
  .split(/\s+/);

const passes = { kind: 'transient', code: 'unavailable', untilDeadline: true } as const;

describe.each(clients)('%s', (_name, faultOf) => {
  test.each(codes)('waits for a service whose connection fails with %s', (code) => {
    expect(faultOf(coded(code))).toMatchObject(passes);
    expect(faultOf(caused(coded(code)))).toMatchObject(passes);
  });

  test.each<[string, unknown]>([
    ['a long chain of causes', caused(caused(caused(coded('EHOSTDOWN'))))],
    [
      'several addresses',
      caused(new AggregateError([new Error('no code'), coded('ENETUNREACH')], 'all failed')),
    ],
    [
      'a FetchError of the system',
      Object.assign(new Error('request failed'), {
        name: 'FetchError',
        type: 'system',
        code: 'EX',
      }),
    ],
    ['a system call of a socket', coded('EACCES', { syscall: 'connect', address: '10.0.0.1' })],
    ['an unknown code of a name service', coded('EWHAT', { syscall: 'queryA' })],
    [
      'an answer that is not HTTP, for which undici has no code',
      caused(Object.assign(new Error('Response does not match'), { name: 'HTTPParserError' })),
    ],
    ['a text without a code', caused(new Error('socket hang up'))],
    ['a text at the end of a sentence', new Error('request to https://x failed: socket hang up')],
  ])('waits for a service after %s', (_how, error) => {
    expect(faultOf(error)).toMatchObject(passes);
  });

  test.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  ])(
    'names the certificate and a next action for %s, and does not wait until the deadline',
    (code) => {
      const fault = faultOf(caused(coded(code)));
      expect(fault).toMatchObject({ kind: 'transient', code: 'unavailable' });
      expect(fault.untilDeadline).toBeUndefined();
      expect(fault.message).toContain(code);
      expect(fault.next).toMatch(/certificate/);
    },
  );

  test('terminates when the causes form a cycle', () => {
    const ring = new Error('a ring');
    ring.cause = new Error('inside', { cause: ring });
    expect(faultOf(ring).untilDeadline).toBeUndefined();
  });
});

test.each([
  ['a file', coded('ENOENT', { syscall: 'open' })],
  ['an invalid call', coded('UND_ERR_INVALID_ARG')],
  ['a programming error', new TypeError('x is not a function')],
])('%s is not an outage of the cluster', (_what, error) => {
  expect(kubernetesFault(error, 'Doing').fault).toMatchObject({ kind: 'bug' });
});

test("a call that hangs is an outage of the cluster's API and not a status 23", async () => {
  const signal = AbortSignal.timeout(1);
  const hung = await new Promise<unknown>((resolve) =>
    signal.addEventListener('abort', () => resolve(signal.reason)),
  );
  const { fault } = kubernetesFault(hung, 'Doing');
  expect(fault).toMatchObject({ ...passes, details: { away: 'cluster_api' } });
  expect(fault.message).toContain('TIMEOUT');
});

const statuses = [408, 425, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 525, 526, 527];
const page = '<html><head><title>Bad gateway</title></head><body>nginx</body></html>';

const answers: readonly (readonly [string, (status: number, body: string) => Fault])[] = [
  [
    'Kubernetes',
    (code, body) =>
      kubernetesFault(Object.assign(new Error('HTTP'), { code, body }), 'Doing').fault,
  ],
  [
    'Google',
    (status, data) =>
      googleFault(Object.assign(new Error('HTTP'), { response: { status, data } }), {
        doing: 'Doing',
        projectId,
        service: 'compute.googleapis.com',
      }).fault,
  ],
  [
    'Apigee',
    (status, body) =>
      refusalError({ what: 'do', organization: 'o', status, body, retryAfter: null }).fault,
  ],
];

describe.each(answers)('%s', (_name, faultOf) => {
  test.each(statuses)('waits until the deadline after HTTP %i', (status) => {
    expect(faultOf(status, page)).toMatchObject(passes);
    expect(faultOf(status, '')).toMatchObject(passes);
  });

  test('waits until the deadline after HTTP 429', () => {
    const limited = { kind: 'transient', code: 'rate_limited', untilDeadline: true };
    expect(faultOf(429, page)).toMatchObject(limited);
  });

  test('does not wait for an unimplemented method', () => {
    expect(faultOf(501, '').untilDeadline).toBeUndefined();
  });
});

test.each([
  [200, 'admission webhook "x.example" denied the request: the server is 503 unavailable'],
  [
    400,
    'admission webhook "warden-validating.common-webhooks.networking.gke.io" denied the request: no',
  ],
  [403, 'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] label'],
  [429, 'admission webhook "x.example" denied the request: too many requests'],
  [500, 'admission webhook "x.example" denied the request: try again later'],
  [503, 'admission webhook "x.example" denied the request: the service is closed'],
  [
    422,
    "deployments.apps \"o\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
  ],
])('Kubernetes: a policy that refuses with %i is not an outage: %s', (code, message) => {
  const error = Object.assign(new Error('HTTP'), { code, body: JSON.stringify({ message }) });
  const { fault } = kubernetesFault(error, 'Applying');
  expect(fault).toMatchObject({ kind: 'permanent', code: 'rejected' });
  expect(fault.message).toContain(message);
  expect(fault.next).toMatch(/policy/);
});

describe('helm', () => {
  const server = 'https://10.0.0.1';
  const told = (stderr: string): Fault =>
    helmFault(new Error('exit 1'), { doing: 'Installing', stderr, plainHttp: false, server }).fault;
  const wording = [
    'read tcp 10.0.0.2:4->10.0.0.9:443: use of closed network connection',
    'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'client rate limiter Wait returned an error: context deadline exceeded',
    'http2: client connection lost',
    'http2: client connection force closed via ClientConn.Close',
    'http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR, debug=""',
    'stream error: stream ID 7; INTERNAL_ERROR; received from peer',
    'etcdserver: leader changed',
    'etcdserver: request timed out',
    'rpc error: code = Unavailable desc = etcdserver: leader changed',
    'net/http: TLS handshake timeout',
    'unexpected EOF',
    'read: connection reset by peer',
    'connect: connection refused',
    'connect: no route to host',
    'connect: network is unreachable',
    'connect: host is down',
    'connect: cannot assign requested address',
    'write: broken pipe',
    'dial tcp 10.0.0.9:443: i/o timeout',
    'dial tcp: lookup api.example on 10.0.0.10:53: server misbehaving',
    'tls: first record does not look like a TLS handshake',
    'remote error: tls: internal error',
    'net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"',
    'http: server closed idle connection',
    'the server is currently unable to handle the request (get secrets)',
    'the server is currently unable to handle the request (ServiceUnavailable)',
    'ServiceUnavailable',
    'too many requests',
    'the server has received too many requests and has asked us to try again later (post secrets)',
    'TooManyRequests',
    'Timeout: request did not complete within requested timeout - context deadline exceeded',
    'an error on the server ("<html>bad gateway") has prevented the request from succeeding',
    'Internal error occurred: resource quota evaluation timed out',
    'Internal error occurred: failed calling webhook "x": failed to call webhook: Post "https://w.apim.svc:443/v": dial tcp 10.1.1.1:443: connect: connection refused',
  ];
  test.each(wording)('waits until the deadline after "%s"', (words) => {
    expect(told(`Error: UPGRADE FAILED: ${words}`)).toMatchObject(passes);
    expect(told(`Error: Get "${server}/version": ${words}`)).toMatchObject(passes);
  });

  test.each([
    'Operation cannot be fulfilled on deployments.apps "o": the object has been modified; please apply your changes to the latest version and try again',
    'unable to create new content in namespace apim because it is being terminated',
  ])('waits until the deadline after "%s"', (words) => {
    expect(told(`Error: UPGRADE FAILED: ${words}`)).toMatchObject({
      kind: 'transient',
      code: 'conflict',
      untilDeadline: true,
    });
  });

  test('waits until the deadline after helm hung, also with warnings', () => {
    const hung = Object.assign(new Error('timed out'), { timedOut: true });
    const seen = { doing: 'Installing', plainHttp: false, server };
    for (const stderr of ['', 'WARNING: a chart is old']) {
      expect(helmFault(hung, { ...seen, stderr }).fault).toMatchObject(passes);
    }
  });

  test.each([
    'admission webhook "x.example" denied the request: HTTP 503: connection refused by policy',
    'admission webhook "x.example" denied the request: the service unavailable flag is set',
    'cannot patch "o" with kind Deployment: admission webhook "validation.gatekeeper.sh" denied the request: i/o timeout is not allowed',
    'Deployment.apps "o" is invalid: spec.x: Invalid value: "etcdserver": unable to handle the request',
    'Service "o" is invalid: spec.ports[0].port: Invalid value: 503: must be less',
  ])('a permanent refusal keeps its message and its next action: %s', (words) => {
    const fault = told(`Error: UPGRADE FAILED: ${words}`);
    expect(fault).toMatchObject({ kind: 'permanent', code: 'rejected' });
    expect(fault.message).toContain(words);
    expect(fault.next).toBeDefined();
  });

  test('names the quota of the namespace and not the roles of the bot', () => {
    const words = 'pods "o" is forbidden: exceeded quota: compute, requested: cpu=503';
    expect(told(`Error: ${words}`)).toMatchObject({ kind: 'permanent', code: 'quota_exceeded' });
  });

  test('waits for an API server that has just started', () => {
    const words = 'deployments.apps "o" is forbidden: not yet ready to handle request';
    expect(told(`Error: UPGRADE FAILED: ${words}`)).toMatchObject({
      kind: 'transient',
      code: 'unavailable',
      untilDeadline: true,
    });
  });

  test('ignores a warning before the error', () => {
    const warned = 'W1130 10:00:00 1 x.go:1] connection refused, HTTP 503 Service Unavailable\n';
    expect(told(`${warned}Error: template: bad`)).toMatchObject({
      kind: 'permanent',
      code: 'helm_failed',
      message: 'Installing: template: bad',
    });
  });

  test('does not read numbers and names in a message as an outage', () => {
    expect(told('Error: status of chart 1.503 is 5503, HTTP port 503x').code).toBe('helm_failed');
    const other =
      'Error: Get "https://10.0.0.12/v2": dial tcp 10.0.0.12:443: connect: connection refused';
    expect(told(other).details).toBeUndefined();
  });

  test('names a next action for a certificate and does not wait until the deadline', () => {
    const words =
      'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    const fault = told(`Error: Kubernetes cluster unreachable: Get "${server}/version": ${words}`);
    expect(fault).toMatchObject({ kind: 'transient', code: 'unavailable' });
    expect(fault.untilDeadline).toBeUndefined();
    expect(fault.next).toMatch(/certificate/);
  });
});

test.each<[string, string]>([
  ['ECONNREFUSED', 'refused'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['HPE_INVALID_CONSTANT', 'reset'],
  ['ERR_HTTP2_GOAWAY_SESSION', 'reset'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'reset'],
  ['UND_ERR_CLOSED', 'reset'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['EAI_FAIL', 'dns'],
  ['ESERVFAIL', 'dns'],
])('inference: %s is reported as %s', (code, network) => {
  expect(networkFault(caused(coded(code)))).toBe(network);
});

test.each(['EHOSTDOWN', 'ERR_HTTP2_GOAWAY_SESSION', 'HPE_INVALID_CONSTANT', 'UND_ERR_SOCKET'])(
  'a call to Slack is retried after the network error %s',
  (code) => {
    const away = { kind: 'transient', code: 'unavailable' };
    expect(slackFault(caused(coded(code)), 'post a message').fault).toMatchObject(away);
    const wrapped = new webApi.WebAPIRequestError(coded(code));
    expect(slackFault(wrapped, 'post a message').fault).toMatchObject(away);
  },
);
