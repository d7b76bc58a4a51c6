// Limits of the HTTP server on unsigned, stale, slow, large and idle requests.
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';
import { commandBody, signed } from './signed-command.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.close());

interface Raw {
  readonly socket: Socket;
  /** All data that the bot has sent on this connection. */
  text(): string;
  closed(): boolean;
}

const open: Socket[] = [];
afterAll(() => open.forEach((socket) => socket.destroy()));

async function dial(): Promise<Raw> {
  const { hostname, port } = new URL(slack.botUrl);
  const socket = connect(Number(port), hostname);
  open.push(socket);
  let text = '';
  const state = { isClosed: false };
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (state.isClosed = true));
  await once(socket, 'connect');
  return { socket, text: () => text, closed: () => state.isClosed };
}

function head(headers: Readonly<Record<string, string>>, path = '/slack/events'): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: bot\r\n${lines.join('')}\r\n`;
}

const json = { 'content-type': 'application/json' };
const now = (): string => String(Math.floor(Date.now() / 1000));

/** The first response line of the connection. */
const status = (raw: Raw): Promise<void> =>
  expect.poll(() => /^HTTP\/1\.1 (\d+)/.exec(raw.text())?.[1], { timeout: 4_000 }).toBe('401');

test.each([
  ['without a signature', {}],
  [
    'with a stale timestamp',
    { 'x-slack-request-timestamp': '1000000000', 'x-slack-signature': `v0=${'0'.repeat(64)}` },
  ],
  [
    'with a signature of the wrong length',
    { 'x-slack-request-timestamp': now(), 'x-slack-signature': 'v0=00' },
  ],
  [
    'with a timestamp that is not a number',
    { 'x-slack-request-timestamp': 'now', 'x-slack-signature': `v0=${'0'.repeat(64)}` },
  ],
])('a request %s is refused before its large body arrives', async (_what, headers) => {
  const raw = await dial();
  raw.socket.write(head({ ...json, ...headers, 'content-length': String(50_000_000) }));
  await status(raw);
  await expect.poll(() => raw.closed()).toBe(true);
});

test.each([
  ['in chunks', { 'transfer-encoding': 'chunked' }],
  ['with a small length', { 'content-length': '200' }],
])('an unsigned body %s that stops halfway does not delay the answer', async (_what, framing) => {
  const raw = await dial();
  raw.socket.write(
    head({ 'content-type': 'application/x-www-form-urlencoded', ...framing }, '/slack/commands'),
  );
  raw.socket.write('transfer-encoding' in framing ? '5\r\ntext=\r\n' : 'text=');
  await status(raw);
  await expect.poll(() => raw.closed()).toBe(true);
});

test('an unsigned sender is answered while it is still sending', async () => {
  const response = await fetch(`${slack.botUrl}/slack/events`, {
    method: 'POST',
    body: 'x'.repeat(5_000_000),
    headers: json,
  });
  expect(response.status).toBe(401);
});

test('an endless unsigned body is read up to 10 kB and the buffers of the system', async () => {
  const raw = await dial();
  raw.socket.write(head({ ...json, 'transfer-encoding': 'chunked' }));
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')]);
  const pump = (): void => {
    while (!raw.closed() && raw.socket.writable && raw.socket.write(chunk));
  };
  raw.socket.on('drain', pump);
  pump();
  await expect.poll(() => raw.closed()).toBe(true);
  expect(raw.socket.bytesWritten - raw.socket.writableLength).toBeLessThan(32 * 1024 * 1024);
});

test.each([
  [1024 * 1024, 500],
  [1024 * 1024 + 1, 413],
])('a signed body of %d bytes is answered with %d', async (size, expected) => {
  const body = '{"command":"/llmgw"}'.padEnd(size, ' ');
  const { headers, ...others } = signed(body);
  const response = await fetch(`${slack.botUrl}/slack/events`, {
    ...others,
    headers: { ...headers, ...json },
  });
  expect(response.status).toBe(expected);
});

test('a signed request with a too large length is refused before its body arrives', async () => {
  const { headers } = signed('{}');
  const raw = await dial();
  raw.socket.write(head({ ...headers, 'content-length': String(1024 * 1024 + 1) }));
  await expect.poll(() => raw.text()).toContain('413');
});

test('many half-sent bodies with a signature fill no memory and block no answer', async () => {
  const headers = {
    ...json,
    'x-slack-request-timestamp': now(),
    'x-slack-signature': `v0=${'0'.repeat(64)}`,
  };
  const before = process.memoryUsage.rss();
  const many = await Promise.all(
    Array.from({ length: 150 }, async () => {
      const raw = await dial();
      raw.socket.write(head({ ...headers, 'content-length': String(1024 * 1024) }));
      raw.socket.write(Buffer.alloc(1024 * 1024 - 1, 'x'));
      return raw;
    }),
  );
  await expect
    .poll(() => many.filter((raw) => raw.text().includes('503')).length, { timeout: 8_000 })
    .toBeGreaterThan(50);
  // This body is small enough to be accepted.
  const response = await fetch(`${slack.botUrl}/slack/commands`, signed(commandBody({})));
  expect(response.status).toBe(200);
  expect(process.memoryUsage.rss() - before).toBeLessThan(400 * 1024 * 1024);
  for (const { socket } of many) socket.destroy();
}, 60_000);

test('a connection that sends nothing, half a head or half a signed body is closed', async () => {
  const silent = await dial();
  const half = await dial();
  half.socket.write('POST /slack/events HTTP/1.1\r\nhost: bo');
  const slow = await dial();
  const { headers } = signed('{}');
  slow.socket.write(head({ ...headers, 'content-length': '2000' }));
  slow.socket.write('{');
  for (const raw of [silent, half, slow]) {
    await expect.poll(() => raw.closed(), { timeout: 20_000 }).toBe(true);
  }
});

test('connections beyond the limit are closed, and the others are served', async () => {
  const many = await Promise.all(Array.from({ length: 700 }, () => dial()));
  await expect.poll(() => many.filter((raw) => raw.closed()).length).toBeGreaterThan(100);
  const [first] = many.filter((raw) => !raw.closed());
  const { body, headers } = signed(commandBody({}));
  first?.socket.write(
    head({ ...headers, 'content-length': String(body.length) }, '/slack/commands'),
  );
  first?.socket.write(body);
  await expect.poll(() => first?.text()).toContain('HTTP/1.1 200');
  for (const { socket } of many) socket.destroy();
});
