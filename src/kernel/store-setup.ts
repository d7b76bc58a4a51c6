// Check of Redis at REDIS_URL: reachable, allowed, recent, writable, durable, without eviction.
import { setTimeout as after } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { certificateFailure, connectionFailure } from './connection-failure.ts';
import { type Fault, fail, toFault } from './errors.ts';
import type { HealthChecks } from './health.ts';
import type { Log } from './log.ts';
import { type StoreAddress, describeAddress } from './redis-address.ts';
import { connectOnce } from './redis.ts';
import { storeTrouble } from './store-faults.ts';

/** `GETDEL` and other commands of BullMQ's scripts. */
const oldestVersion = [6, 2] as const;
const againMs = 3_000;

export interface StoreSetup {
  /** Of kind `setup`: an operator must correct its faults. */
  readonly checks: HealthChecks;
  /** Resolves after the first inspection, whatever its result. */
  readonly inspected: Promise<void>;
}

export interface StoreSetupOptions {
  readonly address: StoreAddress;
  readonly log: Log;
}

/** Inspects Redis until it is fit, and logs each new problem with the variable and the remedy. */
export function watchStoreSetup(
  { address, log }: StoreSetupOptions,
  stopped: AbortSignal,
): StoreSetup {
  const state: { problem: Fault | undefined } = { problem: undefined };
  const look = async (): Promise<boolean> => {
    const { problem, warning } = await inspectStore(address);
    if (problem !== undefined && problem.message !== state.problem?.message) {
      log.error(fieldsOf(problem), 'redis setup wrong');
    }
    if (problem === undefined && state.problem !== undefined) log.info({}, 'redis setup corrected');
    if (warning !== undefined) log.warn(fieldsOf(warning), 'redis keeps no data');
    state.problem = problem;
    return problem === undefined;
  };
  const inspected = look();
  void inspected.then(async (isFit) => {
    for (let isDone = isFit; !isDone && !stopped.aborted; isDone = await look()) {
      await after(againMs, undefined, { signal: stopped, ref: false }).catch(() => undefined);
    }
  });
  return {
    checks: {
      'redis-setup': {
        kind: 'setup',
        check: () => {
          const { problem } = state;
          if (problem?.kind === 'permanent') {
            throw fail(problem.kind, problem.code, problem.message, problem);
          }
        },
      },
    },
    inspected: inspected.then(() => undefined),
  };
}

const fieldsOf = (fault: Fault) => ({
  variable: fault.details?.['variable'] ?? 'REDIS_URL',
  // Neither the fault nor its code: the log limits such lines.
  problem: fault.message,
  next: fault.next,
  ...fault.details,
});

export interface StoreFindings {
  /** The bot cannot work with it, or not safely. */
  readonly problem?: Fault;
  readonly warning?: Fault;
}

/** One inspection over its own connection. Never rejects. */
export async function inspectStore(address: StoreAddress): Promise<StoreFindings> {
  const where = describeAddress(address);
  try {
    return await connectOnce(address, async (redis) => {
      const problem = problemOf(parseInfo(await redis.info()), where);
      if (problem !== undefined) return { problem };
      const isDurable = await keepsData(redis);
      return isDurable === false ? { warning: notDurable(where).fault } : {};
    });
  } catch (error) {
    if (await isPlain(address)) return { problem: notTls(where) };
    return { problem: unreachable(error, address, where) };
  }
}

/** A Redis without TLS waits for more of the TLS handshake: only a plain command detects it. */
async function isPlain({ url }: StoreAddress): Promise<boolean> {
  if (!url.startsWith('rediss:')) return false;
  const { host } = new URL(url);
  try {
    return await connectOnce({ url: `redis://${host}` }, (redis) => redis.ping().then(() => true));
  } catch (error) {
    return storeTrouble(error)?.code === 'store_denied';
  }
}

const notTls = (where: string): Fault =>
  fail('permanent', 'store_unfit', `The port at ${where} does not speak TLS`, {
    next: 'Use redis:// in REDIS_URL, or the TLS port of that Redis.',
    details: { variable: 'REDIS_URL' },
  }).fault;

type Info = ReadonlyMap<string, string>;

const parseInfo = (text: string): Info =>
  new Map(
    text.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );

function problemOf(info: Info, where: string): Fault | undefined {
  const mode = info.get('redis_mode') ?? info.get('server_mode');
  if (mode === 'sentinel') {
    return unfit(`The server at ${where} is a Redis Sentinel`, {
      next: 'Set REDIS_URL to the address of the Redis primary itself, not of its Sentinel.',
      found: mode,
    });
  }
  if (mode === 'cluster') {
    return unfit(`The server at ${where} is a node of a Redis Cluster`, {
      next: 'Set REDIS_URL to a Redis without cluster mode: llmgw does not support a cluster.',
      found: mode,
    });
  }
  const version = info.get('redis_version') ?? '';
  if (isOlder(version)) {
    return unfit(`Redis at ${where} has version ${version}, and llmgw needs 6.2 or later`, {
      next: 'Upgrade it, or set REDIS_URL to a newer one.',
      found: version,
    });
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction') {
    return unfit(`Redis at ${where} may delete runs: its maxmemory-policy is ${policy}`, {
      next: 'Set maxmemory-policy of the Redis at REDIS_URL to noeviction.',
      found: policy,
    });
  }
  const role = info.get('role');
  if (role === 'slave') {
    // It may be a failover in progress.
    return fail('transient', 'store_read_only', `Redis at ${where} is a replica and read-only`, {
      next: 'Set REDIS_URL to the primary. After a failover, wait a minute.',
      details: { variable: 'REDIS_URL', found: role },
    }).fault;
  }
  return undefined;
}

function unfit(message: string, { next, found }: { next: string; found: string }): Fault {
  const details = { variable: 'REDIS_URL', found };
  return fail('permanent', 'store_unfit', message, { next, details }).fault;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestVersion;
  if (Number.isNaN(major) || version === '') return false;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

/** @returns undefined if the service hides its configuration. */
async function keepsData(redis: Redis): Promise<boolean | undefined> {
  const read = async (name: string): Promise<string | undefined> => {
    const answer: unknown = await redis.config('GET', name).catch(() => undefined);
    return Array.isArray(answer) && answer.length > 1 ? String(answer[1]) : undefined;
  };
  const [appends, saves] = await Promise.all([read('appendonly'), read('save')]);
  if (appends === undefined && saves === undefined) return undefined;
  return appends === 'yes' || (saves !== undefined && saves !== '');
}

function notDurable(where: string) {
  return fail(
    'permanent',
    'store_unfit',
    `Redis at ${where} keeps its data in memory only: a restart loses every run`,
    {
      next: 'Set `appendonly yes` for the Redis at REDIS_URL.',
      details: { variable: 'REDIS_URL' },
    },
  );
}

function unreachable(error: unknown, { url }: StoreAddress, where: string): Fault {
  const isTls = url.startsWith('rediss:');
  const details = { variable: 'REDIS_URL' };
  const down = (message: string, next: string): Fault =>
    fail('transient', 'store_down', message, { next, details }).fault;
  const certificate = certificateFailure(error);
  if (certificate !== undefined) {
    return fail(
      'permanent',
      'store_unfit',
      `The certificate of Redis at ${where} is not trusted (${certificate})`,
      {
        next: 'Set REDIS_CA_FILE to the certificate of its authority, and use the name of the certificate in REDIS_URL.',
        details: { variable: 'REDIS_CA_FILE' },
      },
    ).fault;
  }
  const trouble = storeTrouble(error);
  if (trouble?.code === 'store_denied') {
    const next =
      'Correct the user and the password in REDIS_URL: redis://USER:PASSWORD@HOST:PORT, percent-encoded.';
    const { redis } = trouble.details;
    const why =
      redis === 'NOAUTH'
        ? 'requires a password, and REDIS_URL has none'
        : redis === 'NOPERM'
          ? 'does not allow its user the commands of llmgw'
          : 'rejects the user or the password of REDIS_URL';
    return fail('permanent', 'store_denied', `Redis at ${where} ${why}`, { next, details }).fault;
  }
  const code = connectionFailure(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return down(`No such host: ${where}`, 'Correct the host in REDIS_URL.');
  }
  if (code === 'ECONNREFUSED' || code === 'ENOENT') {
    return down(
      `Nothing listens at ${where}`,
      'Start Redis there, or correct host and port in REDIS_URL.',
    );
  }
  if (trouble !== undefined && trouble.details.redis !== 'client') {
    return { ...trouble, details: { ...trouble.details, ...details } };
  }
  const next = isTls
    ? 'Check that Redis listens at the address in REDIS_URL.'
    : 'Check that Redis listens at the address in REDIS_URL. If it requires TLS, use rediss://.';
  const reason = code ?? toFault(error).message;
  return down(`No answer from a Redis at ${where} (${reason})`, next);
}
