// Tests of Socket Mode with the unmodified client: envelopes, acks and lost connections.
import { once } from 'node:events';
import { type Socket, createConnection } from 'node:net';
import { SocketModeClient } from '@slack/socket-mode';
import { LogLevel } from '@slack/web-api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { APP_TOKEN, type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { webClient } from './support/web-client.ts';

let slack: SlackSandbox;
const clients: SocketModeClient[] = [];
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((each) => each.disconnect()));
  await slack.stop();
});

interface Received {
  readonly ack: (payload?: Record<string, unknown>) => Promise<void>;
  readonly body: Record<string, unknown>;
  readonly retry_num?: number;
}

function newClient(): SocketModeClient {
  const client = new SocketModeClient({
    appToken: APP_TOKEN,
    clientPingTimeout: 50,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
      setLevel: () => undefined,
      getLevel: () => LogLevel.ERROR,
      setName: () => undefined,
    },
  });
  clients.push(client);
  return client;
}

const connections = () => (slack.slack.world() as { socketConnections: number }).socketConnections;
const typed = () =>
  slack.human('command', { as: 'alice', channel: 'llm-gateway', text: '/llmgw x' });
const mention = () =>
  slack.human('message', { as: 'alice', channel: 'general', text: '@llmgw hi' });

it('Socket Mode delivers a command and shows the payload of its ack', async () => {
  const client = newClient();
  client.on('slash_commands', ({ ack, body }: Received) => {
    void ack({ text: `got ${String(body['text'])}` });
  });
  await client.start();
  expect(await typed()).toMatchObject({ delivered: true });
  const texts = (await slack.screen('alice')).messages.map((each) => each.text);
  expect(texts).toEqual(['got x']);
});

it('a command fails without a connected app, and events arrive after it reconnects', async () => {
  const client = newClient();
  const events: Received[] = [];
  client.on('app_mention', (event: Received) => {
    events.push(event);
    void event.ack();
  });
  await client.start();
  await client.disconnect();
  await expect.poll(connections).toBe(0);
  await typed();
  expect((await slack.screen('alice')).messages.map((each) => each.text)).toEqual([
    '/llmgw failed with the error "dispatch_failed"',
  ]);
  await mention();
  await client.start();
  await expect.poll(() => events.length).toBe(1);
  expect(events[0]?.body).toMatchObject({ event: { type: 'app_mention' } });
});

it('events without an ack are redelivered after a cut connection', async () => {
  const client = newClient();
  const events: Received[] = [];
  client.on('app_mention', (event: Received) => {
    events.push(event);
    if (events.length > 1) void event.ack();
  });
  await client.start();
  await mention();
  await expect.poll(() => events.length).toBe(1);
  expect(await slack.human('drop-sockets', { how: 'cut' })).toMatchObject({ dropped: 1 });
  await expect.poll(() => events.length).toBe(2);
  expect(events[1]?.retry_num).toBe(1);
  expect(events[1]?.body['event_id']).toBe(events[0]?.body['event_id']);
});

it('the client reconnects when Slack requests it', async () => {
  const client = newClient();
  await client.start();
  expect(await slack.human('drop-sockets', { how: 'refresh' })).toMatchObject({ dropped: 1 });
  const reconnected = new Promise((resolve) => client.once('connected', resolve));
  await reconnected;
  expect(connections()).toBe(1);
});

it('a ticket is valid once, and an app has at most ten connections', async () => {
  const api = webClient(slack, APP_TOKEN);
  const url = async () => (await api.apps.connections.open({})).url ?? '';
  const first = await url();
  const open: WebSocket[] = [];
  const connect = (to: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(to);
      open.push(socket);
      socket.on('message', (raw: Buffer) => {
        const message = JSON.parse(raw.toString()) as { type: string; reason?: string };
        resolve(message.reason ?? message.type);
      });
      socket.on('error', (error) => resolve(error.message));
    });
  expect(await connect(first)).toBe('hello');
  expect(await connect(first)).toContain('403');
  for (let n = 0; n < 9; n += 1) expect(await connect(await url())).toBe('hello');
  expect(await connect(await url())).toBe('too_many_websockets');
  for (const each of open) each.terminate();
});

/** A handshake as Slack's SDK for Python sends it: Host has no port. */
async function shakeHands(path: string, more: readonly string[] = []): Promise<[Socket, string]> {
  const { hostname, port } = new URL(slack.url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${hostname}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...more,
    '',
    '',
  ];
  socket.write(lines.join('\r\n'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return [socket, answer.toString().split('\r\n')[0] ?? ''];
}

it('a handshake with a Host without port is accepted, unless it comes from a page of that Host', async () => {
  const ticket = async (): Promise<string> => {
    const { url = '' } = await webClient(slack, APP_TOKEN).apps.connections.open();
    const { pathname, search } = new URL(url);
    return `${pathname}${search}`;
  };
  const [open, taken] = await shakeHands(await ticket());
  expect(taken).toContain('101');
  open.destroy();
  const [refused, said] = await shakeHands(await ticket(), ['Origin: http://127.0.0.1']);
  expect(said).toContain('403');
  refused.destroy();
});

it('the server survives clients that reset a refused handshake', async () => {
  const path = '/slack/socket/A0LLMGW?ticket=old';
  for (const more of [[], ['Origin: https://example.com']]) {
    const [socket, said] = await shakeHands(path, more);
    expect(said).toContain('403');
    socket.resetAndDestroy();
    await once(socket, 'close');
  }
  expect(await (await fetch(`${slack.apiUrl}api.test`)).json()).toMatchObject({ ok: true });
});
