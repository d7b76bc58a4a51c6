// Recorder of the conformance kit: every client transport, with unchanged clients.
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { fetch as packageFetch } from 'undici';
import { afterEach, expect, test } from 'vitest';
import type { RawExchange } from '../../../setup/conformance/wire/exchange.ts';
import { readBodies } from '../../../setup/conformance/wire/read-body.ts';
import { watchFetch } from '../../../setup/conformance/wire/watch-fetch.ts';
import { watchHttp } from '../../../setup/conformance/wire/watch-http.ts';

const endings: (() => unknown)[] = [];
afterEach(() => endings.splice(0).forEach((end) => void end()));

async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(answer as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function record(check: string | undefined = 'a-check'): RawExchange[] {
  const exchanges: RawExchange[] = [];
  const listener = { check: () => check, onExchange: (one: RawExchange) => exchanges.push(one) };
  endings.push(watchFetch(listener), watchHttp(listener));
  return exchanges;
}

const readByHttp = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
    }).on('error', reject);
  });

test('a compressed answer over node:http is recorded, and its reader still gets all of it', async () => {
  const body = gzipSync(JSON.stringify({ name: 'x' }));
  const url = await serve((_request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.write(body.subarray(0, 5));
    response.end(body.subarray(5));
  });
  const exchanges = record();
  expect(await readByHttp(`${url}/a?b=c`)).toBe(body.toString('latin1'));
  const [exchange] = exchanges;
  expect(exchange).toMatchObject({
    check: 'a-check',
    method: 'GET',
    status: 200,
    url: `${url}/a?b=c`,
  });
  expect(exchange && (await readBodies(exchange)).response).toEqual({ name: 'x' });
});

test.each([
  ['of Node', fetch],
  ['of the undici package', packageFetch as unknown as typeof fetch],
])('request and answer of fetch %s are recorded', async (_name, send) => {
  const url = await serve((request, response) => {
    request.resume();
    response.statusCode = 403;
    response.setHeader('x-oauth-scopes', 'chat:write');
    response.end('{"error":"no"}');
  });
  const exchanges = record();
  const response = await send(`${url}/p`, { method: 'POST', body: '{"a":1}' });
  expect(await response.text()).toBe('{"error":"no"}');
  const [exchange] = exchanges;
  expect(exchange?.headers['x-oauth-scopes']).toBe('chat:write');
  expect(exchange?.status).toBe(403);
  expect(exchange && (await readBodies(exchange))).toEqual({
    request: { a: 1 },
    response: { error: 'no' },
  });
});

test('a dropped connection is recorded as no answer', async () => {
  const url = await serve((request) => request.socket.destroy());
  const exchanges = record();
  await expect(fetch(url)).rejects.toThrow();
  await expect(readByHttp(url)).rejects.toThrow();
  expect(exchanges.map(({ status }) => status)).toEqual(['no answer', 'no answer']);
});

test('nothing is recorded outside a check', async () => {
  const url = await serve((_request, response) => response.end('{}'));
  const exchanges: RawExchange[] = [];
  const listener = {
    check: () => undefined,
    onExchange: (one: RawExchange) => exchanges.push(one),
  };
  endings.push(watchFetch(listener), watchHttp(listener));
  await (await fetch(url)).text();
  await readByHttp(url);
  expect(exchanges).toEqual([]);
});

test('stream events are read as a list', async () => {
  const url = await serve((_request, response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.end('data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n');
  });
  const exchanges = record();
  await (await fetch(url)).text();
  const [exchange] = exchanges;
  expect(exchange && (await readBodies(exchange)).response).toEqual({
    events: [{ a: 1 }, { a: 2 }],
  });
});
