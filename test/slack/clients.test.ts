// The Web API clients: one pause holds up nobody else, tries end, and Slack's errors become faults at this edge.
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { boltLog } from '../../src/slack/send/bolt-log.ts';
import { type SlackApi, createSlackApi } from '../../src/slack/send/clients.ts';
import { quiet } from '../support/engine.ts';

interface Given {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

let server: Server;
let api: SlackApi;
/** Gives a try up soon, for services that never answer. */
let hasty: SlackApi;
let calls: string[] = [];
/** What each method answers; `hang` never does. */
let answers: Record<string, Given | 'hang'> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    const method = (request.url ?? '').replace('/api/', '');
    calls.push(method);
    const given = answers[method] ?? { status: 200, body: { ok: true } };
    if (given === 'hang') return;
    response
      .writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
      .end(JSON.stringify(given.body ?? {}));
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

test('a 429 is handed back with its pause, and unrelated calls go through meanwhile', async () => {
  answers['chat.update'] = { status: 429, headers: { 'retry-after': '30' } };
  const paused = api.call('update', 'chat.update', {}, 'edit');
  await expect(paused).rejects.toMatchObject({
    fault: { kind: 'transient', code: 'rate_limited', retryAfterMs: 30_000 },
  });
  await api.call('post', 'chat.postMessage', {}, 'post');
  // Also of the very same client: nothing was paused for thirty seconds.
  delete answers['chat.update'];
  await api.call('update', 'chat.update', {}, 'edit');
  expect(calls).toEqual(['chat.update', 'chat.postMessage', 'chat.update']);
});

test('a service that never answers is given up after a few tries', async () => {
  answers['users.info'] = 'hang';
  await expect(hasty.call('users', 'users.info', {}, 'read')).rejects.toMatchObject({
    fault: { kind: 'transient', code: 'unavailable' },
  });
  expect(calls).toHaveLength(3);
});

test('a post whose answer was lost is not posted again', async () => {
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
])('a file that Slack does not show yet is told by the words in %s', async (_field, refusal) => {
  answers['chat.postMessage'] = { status: 200, body: { ok: false, ...refusal } };
  await expect(api.call('post', 'chat.postMessage', {}, 'post')).rejects.toMatchObject({
    fault: { kind: 'refused', code: 'file_not_ready' },
  });
});

test('a missing scope is named, whatever is beside it', async () => {
  const refusal = { error: 'missing_scope', needed: 'files:write', errors: null };
  answers['chat.postMessage'] = { status: 200, body: { ok: false, ...refusal } };
  await expect(api.call('post', 'chat.postMessage', {}, 'post')).rejects.toMatchObject({
    fault: { code: 'slack_scope', details: { needed: 'files:write' } },
  });
});
