// Redis connections that reconnect until their server takes writes.
import { Redis, type RedisOptions } from 'ioredis';
import { type StoreAddress, addressOf } from './redis-address.ts';
import { mayEndWithConnection } from './store-faults.ts';

export interface ConnectOptions {
  /** Fails a command after two seconds, for callers with a three-second deadline. Workers wait. */
  readonly failFast?: boolean;
  /**
   * Concurrent commands are sent together, which halves the load of a busy process. Not for a queue's
   * connection: each such batch gets a copy of every script of the connection, and BullMQ has a hundred.
   */
  readonly gathers?: boolean;
  /** Applied to every text that is stored. */
  readonly redact?: (text: string) => string;
  /** Called with connection errors; the client reconnects. */
  readonly onError?: (error: Error) => void;
}

/** A connected client; BullMQ duplicates it for blocking commands. The caller ends it with `quit()`. */
export function connectRedis(given: string | StoreAddress, options: ConnectOptions = {}): Redis {
  const isFast = options.failFast === true;
  const redis = new Redis({
    ...addressOf(typeof given === 'string' ? { url: given } : given),
    maxRetriesPerRequest: isFast ? 1 : null,
    ...(isFast ? { commandTimeout: 2_000 } : {}),
    socketTimeout: isFast ? silentMs : silentWhileBlockedMs,
    enableAutoPipelining: options.gathers === true,
    ...followsPrimary(),
  });
  redis.on('error', options.onError ?? (() => undefined));
  return options.redact === undefined ? redis : redacting(redis, options.redact);
}

/** Commands whose arguments are credentials or our own scripts. */
const unredacted: ReadonlySet<string> = new Set(['auth', 'hello', 'script']);

/** Redacts the arguments of each command, also on the duplicates that BullMQ makes. */
function redacting(redis: Redis, redact: (text: string) => string): Redis {
  const send = redis.sendCommand.bind(redis);
  const duplicate = redis.duplicate.bind(redis);
  redis.sendCommand = (command, stream) => {
    if (!unredacted.has(command.name)) {
      command.args = command.args.map((one) => (typeof one === 'string' ? redact(one) : one));
    }
    return send(command, stream);
  };
  redis.duplicate = (override) => redacting(duplicate(override), redact);
  return redis;
}

const onceMs = 3_000;

/** Work over one connection that does not reconnect. @throws the first error of connection or work. */
export async function connectOnce<T>(
  address: StoreAddress,
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis({
    ...addressOf(address),
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: onceMs,
    commandTimeout: onceMs,
    // A server that loads its data responds with an error text.
    enableReadyCheck: false,
  });
  const errors: unknown[] = [];
  redis.on('error', (error: unknown) => errors.push(error));
  try {
    await redis.connect();
    return await work(redis);
  } catch (error) {
    throw errors[0] ?? error;
  } finally {
    redis.disconnect();
  }
}

/**
 * A connection with a response overdue for this long, ms, is replaced: when the server's machine vanishes, nobody
 * closes its connections, and the system closes them only after many minutes.
 */
const silentMs = 5_000;
/** BullMQ's workers wait up to 10 s for the response to one command, on duplicates. */
const silentWhileBlockedMs = 15_000;

/** A subscriber beside a connection: it moves to the new primary when that connection does. */
export function subscriberOf(redis: Redis): Redis {
  const subscriber = redis.duplicate();
  redis.on('reconnecting', () => {
    if (subscriber.status === 'ready') subscriber.disconnect(true);
  });
  return subscriber;
}

const firstReconnectMs = 50;
const maxReconnectMs = 1_000;
/** Refusals with this distance, ms, belong to different failures. */
const calmMs = 5_000;

/**
 * After a failover the old primary may remain as a replica that refuses every change: the client reconnects,
 * with growing delays, until it reaches a writable server. The refused command fails: if it were resent, a part
 * of a transaction would take effect alone. The duplicates of a connection share this.
 */
function followsPrimary(): Pick<RedisOptions, 'reconnectOnError' | 'retryStrategy'> {
  const state = { refusals: 0, lastAt: -calmMs };
  return {
    reconnectOnError: (error) => {
      if (!mayEndWithConnection(error)) return false;
      const now = performance.now();
      state.refusals = now - state.lastAt > calmMs ? 1 : state.refusals + 1;
      state.lastAt = now;
      return true;
    },
    retryStrategy: (times) => {
      const isCalm = performance.now() - state.lastAt > calmMs;
      return Math.min(
        Math.max(times, isCalm ? 0 : state.refusals) * firstReconnectMs,
        maxReconnectMs,
      );
    },
  };
}
