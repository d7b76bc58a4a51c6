// The one place that reads a Redis URL: redis://, rediss://, or unix:///path/to.sock (?db=1).
import { Redis } from 'ioredis';

export interface ConnectOptions {
  /** Give a command up after two seconds, for callers that owe someone an answer in three. Workers wait instead. */
  readonly failFast?: boolean;
  /**
   * What many callers ask at the same time goes out together, which costs a busy process half as much. Not for a queue's
   * connection: each such batch gets a copy of every script that the connection knows, and BullMQ has a hundred.
   */
  readonly gathers?: boolean;
  /** Hears connection errors; the client reconnects by itself. */
  readonly onError?: (error: Error) => void;
}

/** A connected client; BullMQ duplicates it where it needs to block. The caller ends it with `quit()`. */
export function connectRedis(url: string, options: ConnectOptions = {}): Redis {
  const redis = new Redis({
    ...addressOf(url),
    maxRetriesPerRequest: options.failFast === true ? 1 : null,
    ...(options.failFast === true ? { commandTimeout: 2_000 } : {}),
    enableAutoPipelining: options.gathers === true,
  });
  redis.on('error', options.onError ?? (() => undefined));
  return redis;
}

interface Address {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly servername: string };
}

function addressOf(url: string): Address {
  const parsed = new URL(url);
  if (parsed.protocol === 'unix:') {
    return {
      path: decodeURIComponent(parsed.pathname),
      db: Number(parsed.searchParams.get('db') ?? 0),
    };
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  return {
    host: host === '' ? '127.0.0.1' : host,
    port: Number(parsed.port === '' ? 6379 : parsed.port),
    db: Number(parsed.pathname.slice(1) || 0),
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === 'rediss:' ? { tls: { servername: host } } : {}),
  };
}
