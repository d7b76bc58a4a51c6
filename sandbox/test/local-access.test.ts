// Tests of access to the sandbox's listeners: host names, origins and states.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCluster, type OpenCluster } from './controllers/open-cluster.ts';
import { applyInference } from './controllers/objects.ts';
import { openGke, type OpenGke } from './gke/open-gke.ts';
import { createSandbox, type Sandbox } from '../sandbox.ts';

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** fetch() sets Host and Origin, so these requests are written by hand. */
function send(base: string, { method = 'GET', path, headers = {}, body }: Sent) {
  const url = new URL(base);
  const make = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    };
    const { hostname, port } = url;
    const options = { hostname, port, method, path, headers, agent: false };
    make({ ...options, rejectUnauthorized: false }, answered)
      .on('error', reject)
      .end(body);
  });
}

const json = { 'content-type': 'application/json' };
const directory = mkdtempSync(join(tmpdir(), 'llmgw-access-'));
const sandbox: Sandbox = createSandbox({
  port: 0,
  speed: 600,
  directory,
  slackMode: 'http',
  say: () => undefined,
});
let port: string;

beforeAll(async () => {
  await sandbox.start();
  ({ port } = new URL(sandbox.url));
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Paths of each service on the sandbox's HTTP server. */
const paths = [
  '/',
  '/_page/page.css',
  '/_sandbox/world',
  '/_sandbox/live',
  '/_sandbox/state/slack',
  '/_sandbox/stories',
  '/_sandbox/kubeconfig',
  '/_sandbox/slack/people',
  '/_sandbox/slack/live?as=alice',
  '/slack/api/auth.test',
  '/apigee/v1/organizations/llm-demo',
  '/iam/v1/projects/llm-demo/serviceAccounts',
  '/computeMetadata/v1/project/project-id',
  '/v2/',
  '/huggingface/api/whoami-v2',
  '/no-such-path',
];

describe('HTTP server of the sandbox', () => {
  test.each(paths)('the server refuses a foreign Host and a foreign Origin at %s', async (path) => {
    const foreign: Record<string, string>[] = [
      { host: `rebound.example:${port}` },
      { host: 'rebound.example' },
      { host: '127.0.0.1' },
      { host: `127.0.0.1.rebound.example:${port}` },
      { host: `localhost@rebound.example:${port}` },
      { host: `127.0.0.1:${Number(port) + 1}` },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${Number(port) + 1}` },
      { origin: `http://127.0.0.1:${port}.evil.example` },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    ];
    for (const headers of foreign) {
      const answer = await send(sandbox.url, { path, headers });
      expect({ headers, status: answer.status }).toEqual({ headers, status: 403 });
    }
  });

  test('the HTTP server accepts loopback names with its port, and its own page', async () => {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`]) {
      const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
      const answer = await send(sandbox.url, { path: '/_sandbox/stories', headers });
      expect(answer.status).toBe(200);
    }
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const headers = { ...link, 'sec-fetch-dest': 'document' };
    expect((await send(sandbox.url, { path: '/_page/page.css', headers })).status).toBe(200);
  });

  test('a WebSocket upgrade from a foreign page is refused, even with a valid ticket', async () => {
    const headers = { authorization: `Bearer ${sandbox.environment['SLACK_APP_TOKEN']}` };
    const opened = await fetch(`${sandbox.url}/slack/api/apps.connections.open`, {
      method: 'POST',
      headers,
    });
    const { url } = (await opened.json()) as { url: string };
    const { pathname, search } = new URL(url);
    const upgrade = (lines: readonly string[]): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = createConnection(Number(port), '127.0.0.1');
        socket.once('error', reject).once('data', (data) => {
          socket.destroy();
          resolve(data.toString().split('\r\n')[0] ?? '');
        });
        const fixed = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
        const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
        socket.write(
          [`GET ${pathname}${search} HTTP/1.1`, ...lines, ...fixed, key, '', ''].join('\r\n'),
        );
      });
    const own = `Host: 127.0.0.1:${port}`;
    expect(await upgrade([`Host: rebound.example:${port}`])).toContain('403');
    expect(await upgrade(['Host: rebound.example'])).toContain('403');
    expect(await upgrade([own, 'Origin: https://evil.example'])).toContain('403');
    expect(await upgrade([own])).toContain('101');
  });

  test('the control routes accept only JSON, under every spelling of their path', async () => {
    const message = { as: 'alice', channel: 'C0GATEWAY', text: 'typed by a web page' };
    const body = JSON.stringify(message);
    const simple: (Record<string, string> | undefined)[] = [
      { 'content-type': 'text/plain' },
      { 'content-type': 'text/plain; application/json' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      undefined,
    ];
    for (const headers of simple) {
      for (const path of ['/_sandbox/slack/message', '/%5Fsandbox/slack/message']) {
        const sent = { method: 'POST', path, body, ...(headers === undefined ? {} : { headers }) };
        expect((await send(sandbox.url, sent)).status).toBe(415);
      }
    }
    for (const path of [
      '/_sandbox/processes/bot/kill',
      '/_sandbox/actions/expire-tokens',
      '/_sandbox/stories/redis-dies/start',
    ]) {
      expect((await send(sandbox.url, { method: 'POST', path })).status).toBe(415);
    }
    const screen = await send(sandbox.url, { path: '/_sandbox/slack/screen?as=alice' });
    expect(screen.text).not.toContain(message.text);
    expect(sandbox.bot.restarts()).toBe(0);
  });

  test('an empty body with the JSON type is accepted by routes without a body', async () => {
    const path = '/_sandbox/actions/expire-tokens';
    const answer = await send(sandbox.url, { method: 'POST', path, headers: json });
    expect(answer.status).toBe(200);
  });
});

describe('stored states', () => {
  const outside = ['..%2F..%2Fvictim', '..%2Fvictim', '%2Fetc%2Fvictim', '..%5Cvictim', 'a%00'];

  test.each(outside)('the name %s cannot leave the state directory', async (name) => {
    mkdirSync(join(directory, 'world'), { recursive: true });
    const file = join(directory, 'victim.json');
    writeFileSync(file, '{"secret":"kept"}');
    const path = `/_sandbox/state/${name}`;
    const read = await send(sandbox.url, { path });
    expect(read.status).toBe(404);
    expect(read.text).not.toContain('kept');
    const body = '{"secret":"changed"}';
    const written = await send(sandbox.url, { method: 'PATCH', path, headers: json, body });
    expect(written.status).toBe(404);
    expect(readFileSync(file, 'utf8')).toBe('{"secret":"kept"}');
    expect(() => sandbox.context.state(decodeURIComponent(name), () => ({}))).toThrow('No service');
  });

  test('stored states are those of the services, without the credentials', async () => {
    for (const name of ['credentials', 'constructor', '__proto__', 'nothing']) {
      const answer = await send(sandbox.url, { path: `/_sandbox/state/${name}` });
      expect({ name, status: answer.status }).toEqual({ name, status: 404 });
    }
    const known = await send(sandbox.url, { path: '/_sandbox/state/slack' });
    expect(known.status).toBe(200);
  });
});

test('a bot started by the sandbox listens only on loopback', () => {
  const hex = (value: string | undefined): string =>
    Number(value).toString(16).toUpperCase().padStart(4, '0');
  const { PORT, HEALTH_PORT } = sandbox.environment;
  const table = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8').split('\n').slice(1),
  );
  for (const suffix of [PORT, HEALTH_PORT].map((value) => `:${hex(value)}`)) {
    const addresses = table
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(suffix) === true && state === '0A')
      .map(([, local = '']) => local.slice(0, -suffix.length));
    expect(addresses).toEqual(['0100007F']);
  }
});

describe('listeners with their own ports', () => {
  let open: OpenCluster;
  beforeAll(async () => {
    open = await openCluster({ speed: 6_000 });
    applyInference(open);
  });
  afterAll(() => open.end());

  test('the Kubernetes API refuses foreign host names and origins', async () => {
    const base = `https://${open.cluster.endpoint}`;
    const { port: own } = new URL(base);
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await send(base, { path: '/version', headers })).status;
    expect(await status({})).toBe(200);
    expect(await status({ host: `localhost:${own}` })).toBe(200);
    expect(await status({ host: `rebound.example:${own}` })).toBe(403);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
  });

  test('a gateway accepts only its address and its own host names', async () => {
    const address = (): string | undefined => {
      const gateway = open.get('gateway.networking.k8s.io/v1', 'Gateway', 'inference-gateway');
      const { addresses } = (gateway?.['status'] ?? {}) as { addresses?: { value: string }[] };
      return addresses?.[0]?.value;
    };
    await expect.poll(address, { timeout: 20_000 }).toBeDefined();
    const base = `http://${address() ?? ''}:${open.gatewayPort}`;
    const body = JSON.stringify({ model: 'm', prompt: 'Hi' });
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const sent = { method: 'POST', path: '/v1/completions', headers, body };
      return send(base, sent).then(
        (answer) => answer.status,
        () => 0,
      );
    };
    await expect.poll(() => ask({}), { timeout: 20_000 }).not.toBe(0);
    const port = String(open.gatewayPort);
    expect(await ask({ host: `rebound.example:${port}` })).toBe(403);
    expect(await ask({ origin: 'https://evil.example' })).toBe(403);
    expect(await ask({})).not.toBe(403);
    open.organization.envgroups['own'] = {
      name: 'own',
      hostnames: ['llm.example.com', '*.wild.example.com'],
      createdAt: 0,
      attachments: {},
    };
    expect(await ask({ host: `llm.example.com:${port}` })).not.toBe(403);
    expect(await ask({ host: `a.wild.example.com:${port}` })).not.toBe(403);
    expect(await ask({ host: `xllm.example.com:${port}` })).toBe(403);
  });
});

describe('GKE listener', () => {
  let open: OpenGke;
  beforeAll(async () => {
    open = await openGke();
  });
  afterAll(() => open.end());

  test('GKE refuses calls for a foreign authority or from a foreign origin', async () => {
    const { host } = new URL(open.gke.url);
    const [, own = ''] = host.split(':');
    const call = (authority: string, origin?: string): Promise<number | undefined> => {
      const client = new Client(host, credentials.createInsecure(), {
        'grpc.default_authority': authority,
      });
      const metadata = new Metadata();
      if (origin !== undefined) metadata.set('origin', origin);
      return new Promise((resolve) => {
        client.makeUnaryRequest(
          '/google.container.v1.ClusterManager/ListClusters',
          () => Buffer.alloc(0),
          (bytes: Buffer) => bytes,
          {},
          metadata,
          (error) => {
            client.close();
            resolve(error?.code);
          },
        );
      });
    };
    expect(await call(`127.0.0.1:${own}`)).toBe(status.UNAUTHENTICATED);
    expect(await call(`rebound.example:${own}`)).toBe(status.PERMISSION_DENIED);
    expect(await call(`127.0.0.1:${own}`, 'https://evil.example')).toBe(status.PERMISSION_DENIED);
  });
});
