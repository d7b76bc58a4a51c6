// Connection errors, by the codes of all used libraries.

/** Codes of the system's sockets and of its name service, and of c-ares. */
const systemCodes: ReadonlySet<string> = new Set(
  `
  EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EALREADY ECANCELED ECOMM
  ECONNABORTED ECONNREFUSED ECONNRESET EDESTADDRREQ EHOSTDOWN EHOSTUNREACH
  EINPROGRESS EISCONN EMSGSIZE ENETDOWN ENETRESET ENETUNREACH ENOBUFS
  ENOLINK ENONET ENOTCONN EPFNOSUPPORT EPIPE EPROTO EPROTONOSUPPORT
  EREMOTEIO ESHUTDOWN ESOCKETTIMEDOUT ETIME ETIMEDOUT
  EBADFAMILY EBADNAME EBADQUERY EBADRESP ECANCELLED EDESTRUCTION EFORMERR
  ENODATA ENONAME ENOTFOUND ENOTIMP EREFUSED ESERVFAIL ETIMEOUT
  `
    .trim()
    .split(/\s+/),
);

/** Node's own codes of a connection or a stream that ended too early. */
const nodeCodes: ReadonlySet<string> = new Set([
  'ERR_HTTP_REQUEST_TIMEOUT',
  'ERR_PROXY_TUNNEL',
  'ERR_SOCKET_CLOSED',
  'ERR_SOCKET_CLOSED_BEFORE_CONNECTION',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** The name service, undici, llhttp, HTTP/2 and TLS. */
const families = /^(EAI_|UND_ERR_|HPE_|ERR_HTTP2_|ERR_SSL_|ERR_TLS_)/;

/** Codes of these families for an incorrect call. */
const misuse =
  /^UND_ERR_(INVALID_|NOT_SUPPORTED|REQ_CONTENT_LENGTH|BPL_)|^ERR_TLS_(INVALID_|PROTOCOL_VERSION_CONFLICT)/;

/** A certificate that this or the other side rejects. */
const certificates =
  /CERT|CRL_|SELF_SIGNED|UNKNOWN_CA|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$|^HOSTNAME_MISMATCH$/;

/** System calls of sockets and of the name service: whatever the code, no file is involved. */
const socketCalls =
  /^(connect|getaddrinfo|getnameinfo|query[A-Z]\w*|socket|shutdown|recv\w*|send\w*)$/;

const timeouts: ReadonlySet<unknown> = new Set([
  'TimeoutError',
  'AbortError',
  'ABORT_ERR',
  'request-timeout',
  'body-timeout',
]);

/** Texts of the libraries for a lost connection, as a wrapper may drop the code. */
const words =
  /(^|: )(socket hang up|premature close|other side closed|terminated|client network socket disconnected before secure TLS connection was established)$/i;

/** The code of a lost, refused or broken connection (`ECONNREFUSED`, `TIMEOUT`); undefined for a certificate. */
export function connectionFailure(error: unknown): string | undefined {
  if (certificateFailure(error) !== undefined) return undefined;
  return firstOf(error, codeOfConnection);
}

/** The code of a rejected certificate: a person must fix it. */
export function certificateFailure(error: unknown): string | undefined {
  return firstOf(error, ({ code }) =>
    typeof code === 'string' && certificates.test(code) ? code : undefined,
  );
}

interface Thrown {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly message?: unknown;
  /** Of a FetchError: `system`, `request-timeout`, … */
  readonly type?: unknown;
  readonly syscall?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError. */
  readonly errors?: unknown;
  /** Of an error of Slack's client. */
  readonly original?: unknown;
}

function codeOfConnection({ code, name, message, type, syscall }: Thrown): string | undefined {
  if ([code, name, type].some((one) => timeouts.has(one))) return 'TIMEOUT';
  if (typeof code === 'string') {
    if (systemCodes.has(code) || nodeCodes.has(code)) return code;
    if (families.test(code) && !misuse.test(code)) return code;
    if (typeof syscall === 'string' && socketCalls.test(syscall)) return code;
  }
  // undici gives no code for a response whose first line is not HTTP.
  if (name === 'HTTPParserError') return 'HTTP_PARSER';
  if (type === 'system') return typeof code === 'string' ? code : 'SYSTEM';
  return typeof message === 'string' && words.test(message) ? 'CONNECTION_LOST' : undefined;
}

/** Limit of causes and parts; further ones add nothing. */
const mostErrors = 30;

/** The first match in an error, its causes or its parts. */
function firstOf(error: unknown, ask: (thrown: Thrown) => string | undefined): string | undefined {
  const seen = new Set<unknown>();
  const open: unknown[] = [error];
  while (open.length > 0 && seen.size < mostErrors) {
    const each = open.shift();
    if (!isThrown(each) || seen.has(each)) continue;
    seen.add(each);
    const found = ask(each);
    if (found !== undefined) return found;
    open.push(...(Array.isArray(each.errors) ? each.errors : []), each.cause, each.original);
  }
  return undefined;
}

const isThrown = (value: unknown): value is Thrown => typeof value === 'object' && value !== null;
