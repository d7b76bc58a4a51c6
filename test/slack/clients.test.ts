// Web API clients: separate pauses, limited attempts, and faults for Slack's errors.
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { boltLog } from '../../src/slack/send/bolt-log.ts';
import { type SlackApi, createSlackApi } from '../../src/slack/send/clients.ts';
import { pauseSeconds } from '../../src/slack/send/retry-after.ts';
import { quiet } from '../support/engine.ts';

interface Given {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: object | string;
}

let server: Server;
let api: SlackApi;
/** A client with a short timeout, for services that never answer. */
let hasty: SlackApi;
let calls: string[] = [];
/** The answer of each method; `hang` never answers. */
let answers: Record<string, Given | 'hang'> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    const method = (request.url ?? '').replace('/api/', '');
    calls.push(method);
    const given: Given | 'hang' = answers[method] ?? { status: 200, body: { ok: true } };
    if (given === 'hang') return;
    response
      .writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
      .end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const options = {
    token: 'xoxb-test',
    apiUrl: `http://127.0.0.1:${port}/api/`,
    logger: boltLog(quiet),
  };
  api = createSlackApi({ ...options, timeoutMs: 20_000 });
  hasty = createSlackApi({ ...options, timeoutMs: 200 });
});
beforeEach(() => {
  calls = [];
  answers = {};
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a 429 is returned as a fault with its pause, and other calls are not delayed', async () => {
  answers['chat.update'] = { status: 429, headers: { 'retry-after': '30' } };
  const paused = api.call('update', 'chat.update', {}, 'edit');
  await expect(paused).rejects.toMatchObject({
    fault: { kind: 'transient', code: 'rate_limited', retryAfterMs: 30_000 },
  });
  await api.call('post', 'chat.postMessage', {}, 'post');
  // A call of the same client is not delayed by thirty seconds either.
  delete answers['chat.update'];
  await api.call('update', 'chat.update', {}, 'edit');
  expect(calls).toEqual(['chat.update', 'chat.postMessage', 'chat.update']);
});

const web = 'text/html';
test.each([
  ['no value', {}, 2_000],
  ['words', { 'retry-after': 'soon' }, 2_000],
  ['zero', { 'retry-after': '0' }, 1_000],
  ['a negative number', { 'retry-after': '-5' }, 2_000],
  ['a fraction of a second', { 'retry-after': '1.2' }, 2_000],
  ['a past date', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 1_000],
  ['no value, on a web page', { 'content-type': web }, 2_000],
])('a 429 with a pause of %s is a pause for each purpose', async (_pause, headers, ms) => {
  for (const purpose of ['post', 'update', 'append', 'ephemeral', 'views', 'files'] as const) {
    answers['x.y'] = { status: 429, headers, body: '<html>Slow down</html>' };
    const { fault } = await api.call(purpose, 'x.y', {}, 'post').catch((error) => error);
    expect(fault).toMatchObject({ kind: 'transient', code: 'rate_limited', retryAfterMs: ms });
    expect(JSON.stringify(fault)).not.toContain('Slow down');
  }
});

test('a pause until a date lasts until that date', () => {
  const headers = new Headers({ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' });
  expect(pauseSeconds(headers, Date.UTC(2015, 9, 21, 7, 27, 30))).toBe(30);
});

test.each(['<html>Bad gateway of Slack</html>', '', '{}', '{"ok":false,"error":{"at":"proxy"}}'])(
  'the answer %j is an outage of Slack and is not quoted',
  async (body) => {
    answers['chat.update'] = { status: 200, body };
    const { fault } = await api.call('update', 'chat.update', {}, 'edit').catch((error) => error);
    expect(fault).toMatchObject({ kind: 'transient', code: 'unavailable' });
    expect(JSON.stringify(fault)).not.toMatch(/gateway|proxy/);
  },
);

test.each(['post', 'ephemeral', 'update', 'views'] as const)(
  'a call to %s that Slack answers with 503 is attempted three times',
  async (purpose) => {
    answers['x.y'] = { status: 503 };
    await expect(api.call(purpose, 'x.y', {}, 'post')).rejects.toMatchObject({
      fault: { kind: 'transient', code: 'unavailable' },
    });
    expect(calls).toHaveLength(3);
  },
);

test('a part of a stream is sent once even when Slack answers with an error', async () => {
  answers['chat.appendStream'] = { status: 503 };
  await expect(api.call('append', 'chat.appendStream', {}, 'go on')).rejects.toThrow('503');
  expect(calls).toHaveLength(1);
});

test('a call to a service that never answers fails after three attempts', async () => {
  answers['users.info'] = 'hang';
  await expect(hasty.call('users', 'users.info', {}, 'read')).rejects.toMatchObject({
    fault: { kind: 'transient', code: 'unavailable' },
  });
  expect(calls).toHaveLength(3);
});

test('a post is not repeated when its answer is lost', async () => {
  answers['chat.postMessage'] = 'hang';
  await expect(hasty.call('post', 'chat.postMessage', {}, 'post')).rejects.toMatchObject({
    fault: { code: 'unavailable' },
  });
  expect(calls).toEqual(['chat.postMessage']);
});

test.each([
  ['not_in_channel', 'refused', 'not_in_channel'],
  ['channel_not_found', 'refused', 'not_in_channel'],
  ['invalid_auth', 'permanent', 'slack_token'],
  ['missing_scope', 'permanent', 'slack_scope'],
  ['internal_error', 'transient', 'unavailable'],
  ['message_not_found', 'refused', 'message_gone'],
  ['expired_trigger_id', 'refused', 'view_gone'],
  ['invalid_blocks', 'bug', 'slack_rejected'],
])('%s is %s/%s', async (error, kind, code) => {
  answers['chat.postMessage'] = { status: 200, body: { ok: false, error } };
  await expect(api.call('post', 'chat.postMessage', {}, 'post')).rejects.toMatchObject({
    fault: {
      kind,
      code,
      ...(code === 'not_in_channel' ? { next: expect.stringContaining('/invite @llmgw') } : {}),
    },
  });
});

const fileWords = 'invalid slack file [json-pointer:/blocks/1/slack_file]';
test.each([
  ['error', { error: 'invalid_slack_file' }],
  ['errors', { error: 'invalid_blocks', errors: [fileWords] }],
  ['errors as objects', { error: 'invalid_blocks', errors: [7, { message: fileWords }] }],
  [
    'errors beside malformed metadata',
    { error: 'invalid_blocks', errors: [fileWords], response_metadata: { messages: 'none' } },
  ],
  [
    'response_metadata',
    { error: 'invalid_arguments', response_metadata: { messages: [fileWords] } },
  ],
  [
    'response_metadata beside malformed errors',
    { error: 'invalid_blocks', errors: 7, response_metadata: { messages: [null, fileWords] } },
  ],
  ['detail', { error: 'invalid_blocks', detail: fileWords }],
])('a file that Slack cannot show yet is recognised by the text in %s', async (_field, refusal) => {
  answers['chat.postMessage'] = { status: 200, body: { ok: false, ...refusal } };
  await expect(api.call('post', 'chat.postMessage', {}, 'post')).rejects.toMatchObject({
    fault: { kind: 'refused', code: 'file_not_ready' },
  });
});

test('a missing scope is named also beside other fields', async () => {
  const refusal = { error: 'missing_scope', needed: 'files:write', errors: null };
  answers['chat.postMessage'] = { status: 200, body: { ok: false, ...refusal } };
  await expect(api.call('post', 'chat.postMessage', {}, 'post')).rejects.toMatchObject({
    fault: { code: 'slack_scope', details: { needed: 'files:write' } },
  });
});
