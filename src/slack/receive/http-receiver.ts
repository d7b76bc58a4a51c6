// HTTP receiver: each request is verified, read once, and dispatched.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { ReceiverEvent } from '@slack/bolt';
import { fail } from '../../kernel/errors.ts';
import { closeServer, createLimitedServer } from '../../kernel/limited-server.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Dispatcher, SlackReceiver } from './receiver-context.ts';
import { type BodyReader, type BodyRefusal, createBodyReader } from './request-body.ts';
import {
  type SignatureRefusal,
  type SignatureWatch,
  createSignatureWatch,
} from './signature-watch.ts';
import { type Stamped, isFresh, isSigned, isWellFormed, stampOf } from './slack-signature.ts';

interface HttpReceiverOptions {
  readonly signingSecret: string;
  readonly port: number;
  /** All interfaces when absent. */
  readonly host: string | undefined;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'refusedSignatures'>;
}

const paths = new Set(['/slack/events', '/slack/commands', '/slack/interactivity']);
/** Bytes; Slack sends far less. */
const signedLimit = 1024 * 1024;
/** Limits of an unsigned request: the size and duration of Slack's certificate check, in bytes and ms. */
const unsignedLimit = { bytes: 10_000, withinMs: 1_000 };
/** Time for a refused sender to read the reason, ms. */
const lingerMs = 1_000;

/** Replaces Bolt's own check, which accepts future timestamps and spends half its time on comparing signatures. */
export function createHttpReceiver(
  { signingSecret, port, host, log, metrics }: HttpReceiverOptions,
  dispatcher: Dispatcher,
): SlackReceiver {
  const signatures = createSignatureWatch(log, metrics);
  const bodies = createBodyReader();
  const state = { isLeaving: false };
  const server = createLimitedServer((request, response) => {
    // The next request on this connection would find no server.
    if (state.isLeaving) response.setHeader('connection', 'close');
    onRequest({ signingSecret, signatures, bodies, dispatcher }, request, response);
  });
  return {
    // Anybody may send a wrong signature: that alone must not make the process unready.
    checks: { signatures: { check: signatures.check, kind: 'work' } },
    start: async () => {
      await once(server.listen({ port, host }), 'listening');
      const address = server.address();
      return typeof address === 'object' ? address?.port : undefined;
    },
    leave: () => {
      state.isLeaving = true;
    },
    stop: () => closeServer(server),
  };
}

interface Parts {
  readonly signingSecret: string;
  readonly signatures: SignatureWatch;
  readonly bodies: BodyReader;
  readonly dispatcher: Dispatcher;
}

function onRequest(parts: Parts, request: IncomingMessage, response: ServerResponse): void {
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (request.method !== 'POST' || !paths.has(path)) return refuse(request, response, 404);
  const { signatures, bodies, signingSecret } = parts;
  const stamped = stampOf(request.headers);
  const early = refusalOf(stamped, Date.now());
  if (stamped !== undefined && early === undefined) {
    return bodies.read(request, { bytes: signedLimit }, (body) => {
      if (typeof body === 'string') return refuse(request, response, statusOf[body]);
      if (isSigned(stamped, body, signingSecret)) return onSigned(parts, body, request, response);
      answerUnsigned(parts, { body, reason: 'mismatch' }, request, response);
    });
  }
  const reason = early ?? 'missing';
  if (reason !== 'missing' || !isForm(request)) {
    signatures.refused(reason);
    return refuse(request, response, 401);
  }
  bodies.read(request, unsignedLimit, (body) => {
    answerUnsigned(parts, { body, reason }, request, response);
  });
}

/** Verdict from the headers alone. A request from minutes ago means a wrong clock, or is a recorded one. */
function refusalOf(stamped: Stamped | undefined, nowMs: number): SignatureRefusal | undefined {
  if (stamped === undefined) return 'missing';
  if (!isWellFormed(stamped)) return 'mismatch';
  return isFresh(stamped, nowMs) ? undefined : 'stale';
}

const statusOf: Readonly<Record<BodyRefusal, number>> = { too_large: 413, late: 408, busy: 503 };

/** Slack checks our certificate without a signature; the check gets a response and has no other effect. */
function answerUnsigned(
  { signatures }: Parts,
  { body, reason }: { readonly body: Buffer | BodyRefusal; readonly reason: SignatureRefusal },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (typeof body !== 'string' && isSslCheck(body)) return answer(response);
  signatures.refused(reason);
  refuse(request, response, 401);
}

function onSigned(
  { signatures, dispatcher }: Parts,
  bytes: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  signatures.accepted();
  const body = parsed(request, bytes);
  if (body === undefined) return refuse(request, response, 400);
  if (body['ssl_check'] === '1') return answer(response);
  if (body['type'] === 'url_verification') {
    return answer(response, { challenge: body['challenge'] });
  }
  deliver({ body, ...sentOf(request) }, request, response, dispatcher);
}

/** Number of the attempt, and its time of sending; the signature covers the latter. */
function sentOf({ headers }: IncomingMessage): Omit<ReceiverEvent, 'body' | 'ack'> {
  const sentAt = Number(headers['x-slack-request-timestamp']);
  const retryNum = Number(headers['x-slack-retry-num'] ?? 0);
  return { retryNum, customProperties: { sentAt } };
}

function deliver(
  delivery: Omit<ReceiverEvent, 'ack'>,
  request: IncomingMessage,
  response: ServerResponse,
  dispatcher: Dispatcher,
): void {
  const ack = async (content?: object): Promise<void> => {
    if (response.headersSent) throw fail('bug', 'acked_twice', 'A delivery was acked twice.');
    answer(response, content);
  };
  void dispatcher.processEvent({ ...delivery, ack }).finally(() => {
    // Slack redelivers an event that was not accepted.
    if (!response.headersSent) refuse(request, response, 500);
  });
}

function isSslCheck(bytes: Buffer): boolean {
  return bytes.length <= unsignedLimit.bytes && parse(bytes.toString())['ssl_check'] === '1';
}

const isForm = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;

/** @returns undefined for a body that is neither a form nor a JSON object. */
function parsed(request: IncomingMessage, bytes: Buffer): ReceiverEvent['body'] | undefined {
  const text = bytes.toString();
  const form = isForm(request) ? parse(text) : undefined;
  if (form !== undefined && typeof form['payload'] !== 'string') return form;
  try {
    const read: unknown = JSON.parse(String(form?.['payload'] ?? text));
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

/** In one piece, with its length: each further piece costs system time. */
function answer(response: ServerResponse, content?: object): void {
  const text = content === undefined ? '' : JSON.stringify(content);
  const type = content === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(200, { ...type, 'content-length': Buffer.byteLength(text) }).end(text);
}

/** An early close would lose the response for a sender that still sends, so the connection stays open briefly. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close', 'content-length': 0 });
  if (request.complete) return void response.end();
  response.flushHeaders();
  request.pause();
  const { socket } = request;
  const end = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(end));
}
