// The HTTP receiver's checks of signature, timestamp, body and path.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';
import { commandBody, signed } from './signed-command.ts';

describe('the HTTP receiver', () => {
  let slack: TestWorkspace;
  beforeAll(async () => {
    slack = await openWorkspace();
  });
  afterAll(() => slack.close());

  const deliver = (body: string, secondsOff?: number): Promise<Response> =>
    fetch(`${slack.botUrl}/slack/events`, signed(body, secondsOff));

  test.each([
    ['an hour in the future', 3_600],
    ['a year in the future', 31_536_000],
    ['301 s in the past', -302],
  ])('a correctly signed request from %s is refused', async (_when, secondsOff) => {
    expect((await deliver(commandBody({}), secondsOff)).status).toBe(401);
  });

  test.each([-250, 0, 250])('a signed request that is %d s off is accepted', async (secondsOff) => {
    expect((await deliver(commandBody({}), secondsOff)).status).toBe(200);
  });

  test('a wrong signature is refused', async () => {
    const request = signed(commandBody({}));
    const response = await fetch(`${slack.botUrl}/slack/events`, {
      ...request,
      body: commandBody({}),
    });
    expect(response.status).toBe(401);
  });

  test.each([
    ['no signature', () => undefined],
    ['an empty one', () => ''],
    ['half of it', (right: string) => right.slice(0, 40)],
    ['more than it', (right: string) => `${right}0`],
    [
      'its last sign changed',
      (right: string) => right.slice(0, -1) + (right.endsWith('0') ? '1' : '0'),
    ],
    ['another version of it', (right: string) => right.replace('v0=', 'v1=')],
    ['as many other signs', (right: string) => 'é'.repeat(right.length)],
    ['it twice', (right: string) => `${right}, ${right}`],
  ])('a request with %s as its signature is refused and starts no job', async (what, change) => {
    const trigger = `trigger.forged.${what}`;
    const right = signed(commandBody({ text: 'ask forged?', trigger_id: trigger }));
    const { 'x-slack-signature': signature, ...others } = right.headers;
    const given = change(signature);
    const headers = { ...others, ...(given === undefined ? {} : { 'x-slack-signature': given }) };
    const response = await fetch(`${slack.botUrl}/slack/commands`, { ...right, headers });
    expect(response.status).toBe(401);
    const { queued } = await slack.queues.listJobs();
    expect(queued.filter(({ id }) => id === jobId('ask', trigger))).toEqual([]);
  });

  test('a body in chunks that split a character is accepted', async () => {
    const { body, headers } = signed(JSON.stringify({ type: 'url_verification', challenge: 'ü' }));
    const bytes = Buffer.from(body);
    const cut = bytes.indexOf(0xc3) + 1;
    const sending = request(`${slack.botUrl}/slack/events`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
    });
    sending.write(bytes.subarray(0, cut));
    await new Promise(setImmediate);
    sending.end(bytes.subarray(cut));
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect([answer.statusCode, await json(answer)]).toEqual([200, { challenge: 'ü' }]);
  });

  test('an unsigned certificate check is answered and starts no job', async () => {
    const text = 'ask smuggled?';
    const body = `${commandBody({ text, trigger_id: 'trigger.smuggled' })}&ssl_check=1`;
    const response = await fetch(`${slack.botUrl}/slack/commands`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([response.status, await response.text()]).toEqual([200, '']);
    const { queued } = await slack.queues.listJobs();
    expect(queued.map(({ id }) => id)).not.toContain(jobId('ask', 'trigger.smuggled'));
  });

  test.each([
    ['another path', 404, '/slack/other', 'command=/llmgw'],
    ['a body that is not JSON', 400, '/slack/events', '{'],
    ['JSON that is not an object', 400, '/slack/events', '7'],
    ['a body of more than one megabyte', 413, '/slack/events', 'x'.repeat(1024 * 1024 + 1)],
    ['a command without a user', 500, '/slack/commands', '{"command":"/llmgw","text":"help"}'],
  ])('a signed request with %s is refused with %d', async (_what, status, path, body) => {
    const { headers, ...others } = signed(body);
    const response = await fetch(`${slack.botUrl}${path}`, {
      ...others,
      headers: { ...headers, 'content-type': 'application/json' },
    });
    expect(response.status).toBe(status);
  });
});
