// Slack over signed HTTP: each request is verified as it came, read once, and handed to Bolt as one delivery.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { App, Logger, Receiver, ReceiverEvent } from '@slack/bolt';
import { fail } from '../../kernel/errors.ts';
import { readBody } from './request-body.ts';
import type { SignatureRefusal, SignatureWatch } from './signature-watch.ts';
import { type Stamped, isFresh, isSigned, stampOf } from './slack-signature.ts';

export interface HttpReceiver extends Receiver {
  /** @param host all interfaces when absent. @throws Error when the port is taken. */
  start(port: number, host?: string): Promise<Server>;
  /** Returns when the requests that were heard are answered. */
  stop(): Promise<void>;
}

export interface HttpReceiverOptions {
  readonly signingSecret: string;
  readonly logger: Logger;
  readonly signatures: Pick<SignatureWatch, 'accepted' | 'refused'>;
}

const paths = new Set(['/slack/events', '/slack/commands', '/slack/interactivity']);
/** Bytes; Slack sends far less. */
const bodyLimit = 4 * 1024 * 1024;

/** In the place of Bolt's own, which takes future timestamps, and half of its time for a comparison of signatures. */
export function createHttpReceiver(options: HttpReceiverOptions): HttpReceiver {
  let app: App | undefined;
  const server = createServer((request, response) => {
    hear(options, request, response, (event) => app?.processEvent(event));
  });
  return {
    init: (started) => void (app = started),
    start: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject).listen({ port, host }, () => resolve(server));
      }),
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}

type Process = (event: ReceiverEvent) => Promise<void> | undefined;

function hear(
  { signingSecret, logger, signatures }: HttpReceiverOptions,
  request: IncomingMessage,
  response: ServerResponse,
  process: Process,
): void {
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (request.method !== 'POST' || !paths.has(path)) return refuse(response, 404);
  const heardAtMs = Date.now();
  readBody(request, bodyLimit, (bytes) => {
    if (bytes === 'too_large') return refuse(response, 413);
    const refusal = whyRefused(stampOf(request.headers), bytes, signingSecret, heardAtMs);
    if (refusal !== undefined) {
      // Slack asks without a signature whether our certificate is good; that is answered, and nothing else done.
      if (isSslCheck(bytes)) return answer(response, undefined);
      signatures.refused(refusal);
      return refuse(response, 401);
    }
    signatures.accepted();
    const body = parsed(request, bytes);
    if (body === undefined) return refuse(response, 400);
    if (body['ssl_check'] === '1') return answer(response, undefined);
    if (body['type'] === 'url_verification') {
      return answer(response, { challenge: body['challenge'] });
    }
    deliver({ ...retryOf(request), body }, response, { process, logger });
  });
}

function deliver(
  delivery: Omit<ReceiverEvent, 'ack'>,
  response: ServerResponse,
  { process, logger }: { process: Process; logger: Logger },
): void {
  const ack = async (content: unknown): Promise<void> => {
    if (response.headersSent) throw fail('bug', 'acked_twice', 'A delivery was acked twice.');
    answer(response, content);
  };
  void Promise.resolve(process({ ...delivery, ack }))
    .catch((error: unknown) => logger.error(`A delivery could not be handled: ${String(error)}`))
    // Slack delivers an event again that was not taken in.
    .finally(() => {
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

function retryOf({ headers }: IncomingMessage): Pick<ReceiverEvent, 'retryNum' | 'retryReason'> {
  const times = headers['x-slack-retry-num'];
  const reason = headers['x-slack-retry-reason'];
  return {
    ...(typeof times === 'string' ? { retryNum: Number.parseInt(times, 10) } : {}),
    ...(typeof reason === 'string' ? { retryReason: reason } : {}),
  };
}

/** In one piece, its length known: in pieces it takes the system's time for each. */
function answer(response: ServerResponse, content: unknown): void {
  if (content === undefined || content === '') {
    response.writeHead(200, { 'content-length': 0 }).end();
    return;
  }
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const type = typeof content === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  response
    .writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
    .end(text);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}
