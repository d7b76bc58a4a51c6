// Redis server of one test, with faults, and an address for several servers.
import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { type RunningRedis, startRedis } from '../../sandbox/processes/start-redis.ts';
import { connectRedis } from '../../src/kernel/redis.ts';

export interface OwnRedis {
  readonly url: string;
  readonly socket: string;
  /** For the test's own commands. */
  readonly client: Redis;
  pause(): void;
  resume(): void;
  /** Stops the server; its files stay. */
  kill(): Promise<void>;
  /** Restarts on the same files and address; resolves once the server is ready. */
  start(args?: readonly string[]): Promise<void>;
  /** Refuses every write that needs memory. */
  fill(): Promise<void>;
  drain(): Promise<void>;
  /** Refuses every write, like the old primary after a failover. */
  demote(): Promise<void>;
  promote(): Promise<void>;
  stop(): Promise<void>;
}

export async function openRedis(args: readonly string[] = []): Promise<OwnRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-own-redis-'));
  const socket = join(directory, 'redis.sock');
  const options = { directory, socket };
  let server: RunningRedis | undefined = await startRedis({ ...options, args });
  const url = server.url;
  const client = connectRedis(url);
  const kill = async (): Promise<void> => {
    const ended = new Promise<void>((resolve) => server?.onExit(resolve));
    if (server === undefined) return;
    server.kill('SIGKILL');
    await ended;
    server = undefined;
  };
  return {
    url,
    socket,
    client,
    pause: () => server?.kill('SIGSTOP'),
    resume: () => server?.kill('SIGCONT'),
    kill,
    start: async (more = args) => {
      server = await startRedis({ ...options, args: more });
    },
    fill: async () => void (await client.config('SET', 'maxmemory', '1')),
    drain: async () => void (await client.config('SET', 'maxmemory', '0')),
    demote: async () => void (await client.call('REPLICAOF', '127.0.0.1', '1')),
    promote: async () => void (await client.call('REPLICAOF', 'NO', 'ONE')),
    stop: async () => {
      client.disconnect();
      await server?.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export interface RedisAddress {
  readonly url: string;
  /** Sends new connections to this server; open connections stay. */
  pointTo(socket: string): void;
  /** Keeps open connections without traffic, like a server machine that vanishes. */
  strand(): void;
  close(): Promise<void>;
}

/** One address in front of the current primary, like a load balancer or a DNS name. */
export async function openAddress(first: string): Promise<RedisAddress> {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-address-'));
  const path = join(directory, 'front.sock');
  const open = new Set<Socket>();
  const pairs: [Socket, Socket][] = [];
  let target = first;
  const server: Server = createServer((incoming) => {
    const outgoing = connect(target);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
    pairs.push([incoming, outgoing]);
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  return {
    url: `unix://${path}`,
    pointTo: (socket) => {
      target = socket;
    },
    strand: () => {
      for (const [incoming, outgoing] of pairs.splice(0)) {
        incoming.unpipe(outgoing);
        outgoing.unpipe(incoming);
        // Reads and drops the client's writes, like the buffers of its system.
        incoming.resume();
      }
    },
    close: async () => {
      for (const each of open) each.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
