// Problems of a wrong, unsuitable or missing Redis, on real servers.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, type Server, connect, createServer as createTcpServer } from 'node:net';
import { dirname, join } from 'node:path';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import { guidanceText } from '../../src/kernel/guidance.ts';
import { inspectStore } from '../../src/kernel/store-setup.ts';
import { freePort } from '../support/bot-process.ts';
import { type OwnRedis, openRedis } from '../support/redis-server.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function redisWith(...args: string[]): Promise<OwnRedis & { port: number }> {
  const port = await freePort();
  const redis = await openRedis(['--port', String(port), ...args]);
  ends.push(redis.stop);
  return { ...redis, port };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function problem(url: string, ca?: string): Promise<string> {
  const { problem: fault } = await inspectStore({ url, ca });
  if (fault === undefined) return 'fit';
  expect(fault.kind).not.toBe('bug');
  expect(fault.details?.['variable']).toMatch(/^REDIS_/);
  const text = `${fault.kind} ${fault.message}. ${guidanceText(fault.next ?? '')}`;
  expect(text).toMatch(/REDIS_(URL|CA_FILE)/);
  return text;
}

test('a suitable Redis has no problem, with an append-only file or with snapshots', async () => {
  const { port } = await redisWith();
  expect(await inspectStore({ url: `redis://127.0.0.1:${port}` })).toEqual({});
  const other = await redisWith('--appendonly', 'no', '--save', '3600 1');
  expect(await inspectStore({ url: other.url })).toEqual({});
});

test('a closed port, a missing socket and an unknown host are named', async () => {
  const port = await freePort();
  expect(await problem(`redis://127.0.0.1:${port}`)).toMatch(
    `transient Nothing listens at 127.0.0.1:${port}. Start Redis there`,
  );
  expect(await problem('unix:///nowhere/redis.sock')).toMatch('Nothing listens at /nowhere');
  expect(await problem('redis://no-such-host.invalid:6379')).toMatch(/host/i);
});

test('a missing password and a wrong one get different messages without the password', async () => {
  const { port } = await redisWith('--requirepass', 'right-secret');
  expect(await problem(`redis://127.0.0.1:${port}`)).toMatch(/permanent .* requires a password/);
  const text = await problem(`redis://:wrong-secret@127.0.0.1:${port}`);
  expect(text).toMatch(/permanent .* rejects the user or the password/);
  expect(text).not.toContain('wrong-secret');
  expect(await problem(`redis://:right-secret@127.0.0.1:${port}`)).toBe('fit');
});

test('a user without permission for the commands is named', async () => {
  const { port } = await redisWith('--user', 'app', 'on', '>app-secret', '~*', '+get', '+ping');
  expect(await problem(`redis://app:app-secret@127.0.0.1:${port}`)).toMatch(
    /permanent .* does not allow its user the commands/,
  );
});

test.each([
  [
    'an eviction policy',
    ['--maxmemory-policy', 'allkeys-lru'],
    /permanent .*maxmemory-policy is allkeys-lru.*noeviction/,
  ],
  ['another eviction policy', ['--maxmemory-policy', 'volatile-ttl'], /permanent .*volatile-ttl/],
  [
    'cluster mode',
    ['--cluster-enabled', 'yes'],
    /permanent .*node of a Redis Cluster.*without cluster mode/,
  ],
  ['the role of a replica', ['--replicaof', '127.0.0.1 1'], /transient .*is a replica.*primary/],
] as const)('a Redis with %s is named', async (_what, args, words) => {
  const { url } = await redisWith(...args);
  expect(await problem(url)).toMatch(words);
});

test('a Redis without persistence causes a warning', async () => {
  const { url } = await redisWith('--appendonly', 'no', '--save', '');
  const { problem: none, warning } = await inspectStore({ url });
  expect(none).toBeUndefined();
  expect(warning?.message).toContain('keeps its data in memory only');
  expect(guidanceText(warning?.next ?? '')).toContain('appendonly yes');
});

/** A proxy of a real server that reports an older version in the answer to INFO. */
function olderRedis(socket: string, version: string): Server {
  return createTcpServer((incoming) => {
    const outgoing = connect(socket);
    for (const one of [incoming, outgoing]) one.on('error', () => undefined);
    incoming.pipe(outgoing);
    outgoing.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      const older = text.replace(
        /redis_version:([\d.]+)/,
        (_, { length }: string) => `redis_version:${version.padEnd(length, '0')}`,
      );
      incoming.write(Buffer.from(older, 'latin1'));
    });
  });
}

test.each(['5.0.7', '6.0.16'])('Redis %s is named as too old', async (version) => {
  const { socket } = await redisWith();
  const port = await listen(olderRedis(socket, version));
  expect(await problem(`redis://127.0.0.1:${port}`)).toMatch(
    /permanent .*has version [56]\.0.*needs 6\.2 or later.*Upgrade/,
  );
});

test('a Sentinel is named', async () => {
  const port = await freePort();
  const own = await redisWith();
  const file = join(dirname(own.socket), 'sentinel.conf');
  writeFileSync(file, `port ${port}\n`);
  const { spawn } = await import('node:child_process');
  const child = spawn('redis-server', [file, '--sentinel'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  ends.push(() => child.kill('SIGKILL'));
  await expect
    .poll(() => problem(`redis://127.0.0.1:${port}`))
    .toMatch(/permanent .*is a Redis Sentinel.*primary/);
});

test('TLS against a plain port, and a plain connection against a TLS port, are named', async () => {
  const plain = await redisWith();
  expect(await problem(`rediss://127.0.0.1:${plain.port}`)).toMatch(
    /does not speak TLS.*redis:\/\//,
  );
  const { url } = await tlsRedis();
  expect(await problem(url.replace('rediss:', 'redis:'))).toMatch(/rediss:\/\//);
});

async function tlsRedis(): Promise<{ url: string; ca: string }> {
  const own = await redisWith();
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
  });
  const folder = dirname(own.socket);
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
  const port = await freePort();
  const tls = await openRedis([
    '--tls-port',
    String(port),
    '--tls-auth-clients',
    'no',
    '--tls-cert-file',
    join(folder, 'cert.pem'),
    '--tls-key-file',
    join(folder, 'key.pem'),
  ]);
  ends.unshift(tls.stop);
  return { url: `rediss://localhost:${port}`, ca: cert };
}

test('a certificate of a private authority needs REDIS_CA_FILE, and is trusted with it', async () => {
  const { url, ca } = await tlsRedis();
  expect(await problem(url)).toMatch(/permanent .*certificate.*not trusted.*REDIS_CA_FILE/);
  expect(await problem(url, ca)).toBe('fit');
});

test('a server that is not Redis and a server that never answers are named', async () => {
  const web = await listen(createServer((_request, response) => response.end()));
  expect(await problem(`redis://127.0.0.1:${web}`)).toMatch(/No answer from a Redis/);
  const silent = await listen(createTcpServer(() => undefined));
  expect(await problem(`redis://127.0.0.1:${silent}`)).toMatch(/No answer from a Redis/);
});
