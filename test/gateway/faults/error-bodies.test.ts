// Error bodies of model servers and proxies, in streams and in plain responses.
import { describe, expect, test } from 'vitest';
import { stoppedAt } from '../../../src/clients/inference/fault.ts';
import { explain } from '../../../src/gateway/faults/explain.ts';
import { askOf, done, event, ways } from '../../clients/inference/answer-server.ts';

const circumstances = {
  gateway: 'default',
  quota: { limit: 5, interval: 1, timeUnit: 'minute' },
  model: 'm',
  ownModel: 'm',
  sentKey: true,
  now: 1_800_000_000_000,
  redact: (text: string) => text.replaceAll('secret-key', '•••'),
} as const;

const apigee = (faultstring: string, errorcode: string) => ({
  fault: { faultstring, detail: { errorcode } },
});

const modelBodies: readonly (readonly [unknown, RegExp])[] = [
  [{ message: 'engine died' }, /engine died/],
  [{ detail: 'Internal Server Error' }, /Internal Server Error/],
  [
    { detail: [{ loc: ['body', 'prompt'], msg: 'field required', type: 'missing' }] },
    /body\.prompt: field required/,
  ],
  [{ error: true }, /no reason was given/],
  [{ error: true, message: 'engine died' }, /engine died/],
  [{ error: ['a reason', 'another'] }, /a reason; another/],
  [{ error: 'engine died', error_type: 'generation' }, /engine died/],
  [{ error: { object: 'error', message: 'engine died', code: 500 } }, /engine died/],
  [{ error: { object: 'error', message: 'engine died', type: null, code: '500' } }, /engine died/],
  [{ error: { code: 502, message: 'Provider returned error', metadata: {} } }, /Provider returned/],
  [{ error: { code: 500 } }, /no reason was given/],
  [{ error: { error: { message: 'engine died' } } }, /engine died/],
  [{ errors: [{ message: 'engine died' }] }, /engine died/],
  [{ code: 500, message: 'engine died' }, /engine died/],
  [{ code: 'internal', msg: 'engine died' }, /engine died/],
  [{ object: 'error', message: 'engine died', type: 7, code: 500 }, /engine died/],
  [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, /Overloaded/],
  [[{ error: { code: 503, message: 'engine died', status: 'UNAVAILABLE' } }], /engine died/],
  [{ choices: [], error: { message: 'engine died' } }, /engine died/],
];

const apigeeBodies: readonly (readonly [object, string, RegExp])[] = [
  [apigee('Execution of Filter failed', 'steps.javascript.Failed'), 'apigee_refused', /of Filter/],
  [{ fault: { faultstring: 'Gateway Timeout' } }, 'apigee_refused', /Gateway Timeout/],
  [{ fault: { detail: { errorcode: 'x.Y' } } }, 'apigee_refused', /x\.Y/],
  [
    apigee('Rate limit quota violation.', 'policies.ratelimit.QuotaViolation'),
    'quota_spent',
    /5 requests/,
  ],
];

describe.each(ways.filter(({ route }) => route === 'completions'))('streamed: $stream', (way) => {
  const explained = async (body: unknown) => {
    const begun = event({ choices: [{ index: 0, text: ' Pa' }] });
    const sent = JSON.stringify(body);
    const completion = await askOf(way.stream ? `${begun}data: ${sent}\n\n${done}` : sent, way);
    if (completion.ok) return expect.fail('It was taken for an answer.');
    return explain(completion, circumstances);
  };

  test.each(modelBodies)('the reason of the model server is shown: %j', async (body, words) => {
    const { row, meaning, next, actions, raw } = await explained(body);
    expect(row).toBe(way.stream ? 'stream_failed' : 'model_failed');
    expect(meaning).toMatch(words);
    expect(next).not.toBe('');
    expect(actions.length).toBeGreaterThan(0);
    expect(raw).toBeUndefined();
  });

  test.each(apigeeBodies)('the reason of Apigee is shown: %j', async (body, expected, words) => {
    const { row, meaning, actions } = await explained(body);
    expect(row).toBe(expected);
    expect(meaning).toMatch(words);
    expect(actions.length).toBeGreaterThan(0);
  });

  test('the reason is redacted, and cut to fit a message', async () => {
    const message = `${'x'.repeat(595)}secret-key ${'y'.repeat(9_000)}`;
    const { meaning } = await explained({ error: { message } });
    expect(meaning.length).toBeLessThan(1_000);
    expect(meaning).not.toContain('secret');
  });
});

describe('a refusal', () => {
  const explained = (status: number, body: object) =>
    explain(stoppedAt({ status, body: JSON.stringify(body) }), circumstances);

  test('shows the message for a route that the model server lacks', () => {
    expect(explained(404, { detail: 'Not Found' })).toMatchObject({
      row: 'model_refused',
      meaning: expect.stringContaining('Not Found'),
    });
  });

  test('of the load balancer is recognised in JSON and in plain text', () => {
    const body = { code: 503, message: 'no healthy upstream' };
    expect(explained(503, body).row).toBe('no_healthy_upstream');
  });
});

describe('a stream event that is not JSON', () => {
  test('is explained with its own text', async () => {
    const completion = await askOf('data: upstream went away\n\n', {
      route: 'completions',
      stream: true,
    });
    if (completion.ok) return expect.fail('It was taken for an answer.');
    expect(explain(completion, circumstances)).toMatchObject({
      row: 'stream_failed',
      meaning: expect.stringContaining('upstream went away'),
    });
  });

  test('is explained without text from the answer', async () => {
    const chunk = event({ choices: [{ index: 0, text: ' Pa', finish_reason: 'stop' }] });
    const way = { route: 'completions', stream: true } as const;
    const completion = await askOf(`event: error\n${chunk}${done}`, way);
    if (completion.ok) return expect.fail('It was taken for an answer.');
    expect(explain(completion, circumstances).meaning).toMatch(/no reason was given$/);
  });
});
