// Receiver over HTTP: each request is verified, read once, and dispatched.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { promisify } from 'node:util';
import type { ReceiverEvent } from '@slack/bolt';
import { fail } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Dispatcher, SlackReceiver } from './receiver-context.ts';
import { readBody } from './request-body.ts';
import {
  type SignatureRefusal,
  type SignatureWatch,
  createSignatureWatch,
} from './signature-watch.ts';
import { type Stamped, isFresh, isSigned, stampOf } from './slack-signature.ts';

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
const bodyLimit = 4 * 1024 * 1024;

/** In the place of Bolt's own, which takes future timestamps, and half of its time for a comparison of signatures. */
export function createHttpReceiver(
  { signingSecret, port, host, log, metrics }: HttpReceiverOptions,
  dispatcher: Dispatcher,
): SlackReceiver {
  const signatures = createSignatureWatch(log, metrics);
  const server = createServer((request, response) => {
    hear({ signingSecret, signatures, dispatcher }, request, response);
  });
  return {
    // Anybody may send a wrong signature: that alone must not take the traffic away.
    checks: { signatures: { check: signatures.check, kind: 'work' } },
    start: async () => {
      await once(server.listen({ port, host }), 'listening');
      const address = server.address();
      return typeof address === 'object' ? address?.port : undefined;
    },
    // Once the requests that were heard are answered.
    stop: () => promisify(server.close.bind(server))(),
  };
}

interface Hearing {
  readonly signingSecret: string;
  readonly signatures: SignatureWatch;
  readonly dispatcher: Dispatcher;
}

function hear(
  { signingSecret, signatures, dispatcher }: Hearing,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (request.method !== 'POST' || !paths.has(path)) return refuse(response, 404);
  const receivedAtMs = Date.now();
  readBody(request, bodyLimit, (bytes) => {
    if (bytes === 'too_large') return refuse(response, 413);
    const refusal = whyRefused(stampOf(request.headers), bytes, signingSecret, receivedAtMs);
    if (refusal !== undefined) {
      // Slack asks without a signature whether our certificate is good; that is answered, and nothing else done.
      if (isSslCheck(bytes)) return answer(response);
      signatures.refused(refusal);
      return refuse(response, 401);
    }
    signatures.accepted();
    const body = parsed(request, bytes);
    if (body === undefined) return refuse(response, 400);
    if (body['ssl_check'] === '1') return answer(response);
    if (body['type'] === 'url_verification') {
      return answer(response, { challenge: body['challenge'] });
    }
    deliver({ body, ...sentOf(request) }, response, dispatcher);
  });
}

/** Which attempt it is, and when Slack sent it; the signature covers the latter. */
function sentOf({ headers }: IncomingMessage): Omit<ReceiverEvent, 'body' | 'ack'> {
  const sentAt = Number(headers['x-slack-request-timestamp']);
  const retryNum = Number(headers['x-slack-retry-num'] ?? 0);
  return { retryNum, customProperties: { sentAt } };
}

function deliver(
  delivery: Omit<ReceiverEvent, 'ack'>,
  response: ServerResponse,
  dispatcher: Dispatcher,
): void {
  const ack = async (content?: object): Promise<void> => {
    if (response.headersSent) throw fail('bug', 'acked_twice', 'A delivery was acked twice.');
    answer(response, content);
  };
  void dispatcher.processEvent({ ...delivery, ack }).finally(() => {
    // Slack delivers an event again that was not taken in.
    if (!response.headersSent) refuse(response, 500);
  });
}

/** A rightly signed request from minutes ago tells of a wrong clock, or is a recorded one. */
function whyRefused(
  stamped: Stamped | undefined,
  bytes: Buffer,
  secret: string,
  nowMs: number,
): SignatureRefusal | undefined {
  if (stamped === undefined) return 'missing';
  if (!isSigned(stamped, bytes, secret)) return 'mismatch';
  return isFresh(stamped, nowMs) ? undefined : 'stale';
}

function isSslCheck(bytes: Buffer): boolean {
  return bytes.length < 10_000 && parse(bytes.toString())['ssl_check'] === '1';
}

/** @returns undefined where it is neither a form nor a JSON object. */
function parsed(request: IncomingMessage, bytes: Buffer): ReceiverEvent['body'] | undefined {
  const text = bytes.toString();
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const form = isForm === true ? parse(text) : undefined;
  if (form !== undefined && typeof form['payload'] !== 'string') return form;
  try {
    const read: unknown = JSON.parse(String(form?.['payload'] ?? text));
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

/** In one piece, its length known: in pieces it takes the system's time for each. */
function answer(response: ServerResponse, content?: object): void {
  const text = content === undefined ? '' : JSON.stringify(content);
  const type = content === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(200, { ...type, 'content-length': Buffer.byteLength(text) }).end(text);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}
