// Delivery of commands, interactions and events, by open socket or by signed HTTP.
import { type Answer, postSigned } from './signed-post.ts';
import type { SocketMode } from './socket-mode.ts';
import type { Workspace } from './workspace.ts';

export interface AppAddress {
  readonly signingSecret: string;
  /** Base URL of the app; undefined while it is down. */
  botUrl(): string | undefined;
}

export interface DeliveryAddress {
  readonly signingSecret: string;
  /** Request URL of events, interactions or a command; undefined: no delivery over HTTP. */
  urlOf(what: 'events' | 'interactivity' | `/${string}`): string | undefined;
}

/** One URL for all deliveries. */
export function oneAddress(app: AppAddress): DeliveryAddress {
  return {
    signingSecret: app.signingSecret,
    urlOf: () => {
      const url = app.botUrl();
      return url === undefined ? undefined : endpoint(url);
    },
  };
}

/** The app's decoded answer, or the reason for its absence. */
export type Delivered =
  | { kind: 'acked'; payload: Record<string, unknown> | undefined }
  | { kind: 'failed'; reason: 'operation_timeout' | 'dispatch_failed' };

export interface Delivery {
  command(fields: Readonly<Record<string, string>>): Promise<Delivered>;
  interaction(payload: Readonly<Record<string, unknown>>): Promise<Delivered>;
  /** Sends an event: immediately, after a minute, after five; returns after the first attempt. */
  event(payload: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): void;
}

/** Delays before the retries, in real-world time. */
const RETRIES_AFTER_MS = [0, 60_000, 300_000] as const;
const MAX_PARKED = 100;

type Payload = Readonly<Record<string, unknown>>;
type EventOutcome = 'taken' | 'http_timeout' | 'http_error' | 'connection_failed';

export function createDelivery(
  ws: Workspace,
  socket: SocketMode,
  address: DeliveryAddress,
): Delivery {
  const cancels = new Set<() => void>();
  const parked: { payload: Payload; attempt: number }[] = [];
  socket.onConnected(() => {
    for (const each of parked.splice(0)) void attempt(each.payload, each.attempt, 'timeout');
  });

  const once = async (payload: Payload, retry: number, reason: string): Promise<EventOutcome> => {
    if (!socket.isInUse()) return postEvent(ws, address, payload, { retry, reason });
    const answer = await socket.deliver({
      type: 'events_api',
      payload,
      acceptsResponse: false,
      retry: { attempt: retry, reason },
    });
    if (answer.kind === 'acked') return 'taken';
    if (answer.kind === 'timeout') return 'http_timeout';
    if (parked.length < MAX_PARKED) parked.push({ payload, attempt: retry + 1 });
    return 'taken';
  };

  const attempt = async (payload: Payload, retry: number, reason: string): Promise<void> => {
    const outcome = await once(payload, retry, reason);
    const waitMs = RETRIES_AFTER_MS[retry];
    if (outcome === 'taken' || waitMs === undefined) return;
    const cancel = ws.ctx.clock.after(waitMs, () => {
      cancels.delete(cancel);
      void attempt(payload, retry + 1, outcome);
    });
    cancels.add(cancel);
  };

  return {
    command: (fields) =>
      socket.isInUse()
        ? overSocket(socket, 'slash_commands', fields, true)
        : overHttp(ws, address, commandOf(fields), new URLSearchParams(fields).toString()),
    interaction: (payload) =>
      socket.isInUse()
        ? overSocket(socket, 'interactive', payload, isAnswered(payload['type']))
        : overHttp(
            ws,
            address,
            'interactivity',
            new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
          ),
    event: (payload) => attempt(payload, 0, ''),
    stop: () => {
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}

/** Most interactions are only acknowledged; these two get an answer. */
function isAnswered(type: unknown): boolean {
  return type === 'view_submission' || type === 'block_suggestion';
}

async function overSocket(
  socket: SocketMode,
  type: 'slash_commands' | 'interactive',
  payload: unknown,
  acceptsResponse: boolean,
): Promise<Delivered> {
  const answer = await socket.deliver({ type, payload, acceptsResponse });
  switch (answer.kind) {
    case 'acked':
      return { kind: 'acked', payload: acceptsResponse ? answer.payload : undefined };
    case 'timeout':
      return { kind: 'failed', reason: 'operation_timeout' };
    case 'unreachable':
      return { kind: 'failed', reason: 'dispatch_failed' };
  }
}

const commandOf = (fields: Readonly<Record<string, string>>): `/${string}` =>
  `/${(fields['command'] ?? '').replace(/^\//, '')}`;

async function overHttp(
  ws: Workspace,
  address: DeliveryAddress,
  what: 'interactivity' | `/${string}`,
  body: string,
): Promise<Delivered> {
  const url = address.urlOf(what);
  if (url === undefined) return { kind: 'failed', reason: 'dispatch_failed' };
  const answer = await postSigned({
    url,
    secret: address.signingSecret,
    timestamp: Math.floor(ws.now() / 1000),
    contentType: 'application/x-www-form-urlencoded',
    body,
  });
  if (answer.kind === 'timeout') return { kind: 'failed', reason: 'operation_timeout' };
  if (answer.kind === 'unreachable' || answer.status < 200 || answer.status > 299) {
    return { kind: 'failed', reason: 'dispatch_failed' };
  }
  return { kind: 'acked', payload: decodeAck(answer) };
}

/** A JSON body is an answer; any other text is a text to show. */
function decodeAck(answer: Answer & { kind: 'acked' }): Record<string, unknown> | undefined {
  if (answer.body.trim() === '') return undefined;
  if (answer.contentType.includes('json')) {
    try {
      const decoded: unknown = JSON.parse(answer.body);
      if (typeof decoded === 'object' && decoded !== null) return { ...decoded };
    } catch {
      return undefined;
    }
  }
  return { text: answer.body };
}

async function postEvent(
  ws: Workspace,
  address: DeliveryAddress,
  payload: Payload,
  { retry, reason }: { retry: number; reason: string },
): Promise<EventOutcome> {
  const url = address.urlOf('events');
  if (url === undefined) return 'connection_failed';
  const answer = await postSigned({
    url,
    secret: address.signingSecret,
    timestamp: Math.floor(ws.now() / 1000),
    contentType: 'application/json',
    body: JSON.stringify(payload),
    ...(retry === 0
      ? {}
      : { headers: { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason } }),
  });
  if (answer.kind === 'timeout') return 'http_timeout';
  if (answer.kind === 'unreachable') return 'connection_failed';
  if (answer.noRetry || (answer.status >= 200 && answer.status < 300)) return 'taken';
  return 'http_error';
}

function endpoint(botUrl: string): string {
  return `${botUrl.replace(/\/$/, '')}/slack/events`;
}

/** Slack's verification of the app's URL: the app must return a challenge. */
export async function verifyUrl(ws: Workspace, address: AppAddress): Promise<boolean> {
  const url = address.botUrl();
  if (url === undefined) return false;
  const challenge = ws.newId('challenge');
  const answer = await postSigned({
    url: endpoint(url),
    secret: address.signingSecret,
    timestamp: Math.floor(ws.now() / 1000),
    contentType: 'application/json',
    body: JSON.stringify({ token: 'sandbox', challenge, type: 'url_verification' }),
  });
  return answer.kind === 'acked' && answer.status === 200 && answer.body.includes(challenge);
}
