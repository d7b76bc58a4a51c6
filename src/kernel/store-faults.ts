// Faults of Redis and its client: the only reader of their errors.

/** Each fits `Fault`; the codes are stable. */
export interface StoreTrouble {
  readonly kind: 'transient' | 'permanent';
  readonly code:
    'store_full' | 'store_not_saving' | 'store_read_only' | 'store_down' | 'store_denied';
  /** The store's problem, without a full stop. */
  readonly message: string;
  readonly next: string;
  /** Redis's own error code, or the client's. */
  readonly details: { readonly redis: string };
}

type Row = Omit<StoreTrouble, 'details'>;

const full: Row = {
  kind: 'transient',
  code: 'store_full',
  message: 'Redis is full',
  next: 'Ask an operator to raise `maxmemory` of the Redis at REDIS_URL or to free memory, then try again.',
};
const notSaving: Row = {
  kind: 'transient',
  code: 'store_not_saving',
  message: "Redis can't write to its disk and rejects changes",
  next: 'Ask an operator to free disk space for the Redis at REDIS_URL and to check its log, then try again.',
};
const readOnly: Row = {
  kind: 'transient',
  code: 'store_read_only',
  message: 'Redis is read-only during a failover',
  next: 'Try again in a minute. If it lasts, ask an operator to point REDIS_URL at the primary.',
};
const down: Row = {
  kind: 'transient',
  code: 'store_down',
  message: 'Redis is not responding',
  next: 'Try again in a minute. If it lasts, ask an operator to check Redis.',
};
const denied: Row = {
  kind: 'permanent',
  code: 'store_denied',
  message: 'Redis rejects the user or the password',
  next: 'Ask an operator to correct the credentials in REDIS_URL and to restart the bot.',
};

const codes: ReadonlySet<string> = new Set(
  [full, notSaving, readOnly, down, denied].map(({ code }) => code),
);

export function isStoreCode(code: string): boolean {
  return codes.has(code);
}

/** By the first word of Redis's error replies, which is their documented code. */
const byReply: ReadonlyMap<string, Row> = new Map([
  ['OOM', full],
  ['MISCONF', notSaving],
  ['READONLY', readOnly],
  ['UNBLOCKED', readOnly],
  ['NOREPLICAS', readOnly],
  ['MASTERDOWN', readOnly],
  ['CLUSTERDOWN', down],
  ['LOADING', down],
  ['BUSY', down],
  ['TRYAGAIN', down],
  ['NOAUTH', denied],
  ['WRONGPASS', denied],
  ['NOPERM', denied],
]);

/** These faults belong to the connected server: a new connection may reach a better one. */
const endsWithConnection = new Set([
  'READONLY',
  'UNBLOCKED',
  'NOREPLICAS',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'LOADING',
]);

/** Errors for which the client has no codes. */
const clientSentences: ReadonlySet<string> = new Set([
  'Connection is closed.',
  'Command timed out',
]);
const clientNames: ReadonlySet<string> = new Set([
  'MaxRetriesPerRequestError',
  'ConnectionClosedError',
]);

/** @returns undefined for an error that is not the store's, or for our own mistake in a command. */
export function storeTrouble(error: unknown): StoreTrouble | undefined {
  if (!(error instanceof Error)) return undefined;
  if (clientNames.has(error.name)) return { ...down, details: { redis: error.name } };
  if (clientSentences.has(error.message)) return { ...down, details: { redis: 'client' } };
  const code = replyCode(error);
  const row = code === undefined ? undefined : byReply.get(code);
  return row === undefined || code === undefined ? undefined : { ...row, details: { redis: code } };
}

/** The system's codes for an unreachable server. */
const unreachable: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The client's text for a connection without a timely response; it has no code for it. */
const silence = /^Socket timeout\b/;

/** For errors that can only come from a connection to Redis: these include the codes of the system. */
export function connectionTrouble(error: unknown): StoreTrouble | undefined {
  const trouble = storeTrouble(error);
  if (trouble !== undefined) return trouble;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof Error && silence.test(error.message))
    return { ...down, details: { redis: 'socket_timeout' } };
  return unreachable.has(code) ? { ...down, details: { redis: String(code) } } : undefined;
}

/** Whether a new connection may reach a server that accepts the refused command. */
export function mayEndWithConnection(error: Error): boolean {
  return endsWithConnection.has(replyCode(error) ?? '');
}

const known = new RegExp(`(?:^|[\\s:-])(${[...byReply.keys()].join('|')}) `);

/** Also inside a script's or a transaction's error, which begins with its own text. */
function replyCode(error: Error): string | undefined {
  if (error.name !== 'ReplyError') return undefined;
  const [first = ''] = error.message.split(' ', 1);
  if (byReply.has(first)) return first;
  if (first === 'EXECABORT') return codeOfMany(error);
  return /\bscript\b/i.test(error.message) ? known.exec(error.message)?.[1] : undefined;
}

function codeOfMany(error: Error): string | undefined {
  const causes: unknown = 'previousErrors' in error ? error.previousErrors : undefined;
  const all = Array.isArray(causes) ? causes : [];
  return all
    .map((each: unknown) => (each instanceof Error ? replyCode(each) : undefined))
    .find((code) => code !== undefined);
}

/** Skips optional work during a store failure. */
export async function unlessStoreTrouble<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (storeTrouble(error) === undefined) throw error;
    return otherwise;
  }
}
