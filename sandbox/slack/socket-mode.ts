// Socket Mode: one-time tickets, envelopes, acks, pings, and redelivery of unacked envelopes.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuseUpgrade } from '../core/local-access.ts';
import { ACK_TIMEOUT_MS } from './signed-post.ts';
import type { Workspace } from './workspace.ts';

export const SOCKET_PATH = '/slack/socket';
const MAX_CONNECTIONS = 10;
const PING_INTERVAL_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;
const TICKET_LIFETIME_MS = 30_000;

export interface Envelope {
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  readonly payload: unknown;
  readonly acceptsResponse: boolean;
  readonly retry?: { attempt: number; reason: string };
}

export type SocketAnswer =
  | { kind: 'acked'; payload: Record<string, unknown> | undefined }
  | { kind: 'timeout' }
  | { kind: 'unreachable' };

export interface SocketMode {
  newUrl(): string;
  connections(): number;
  /** True once the app has connected here. Then events wait for it instead of HTTP delivery. */
  isInUse(): boolean;
  deliver(envelope: Envelope): Promise<SocketAnswer>;
  onConnected(listener: () => void): void;
  /** Asks the app to reconnect, cuts silently, or turns Socket Mode off until `on`. @returns the number of open connections */
  drop(how: 'refresh' | 'cut' | 'off' | 'on'): number;
  stop(): Promise<void>;
}

export function createSocketMode(ws: Workspace): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, number>();
  const open = new Set<WebSocket>();
  const waiting = new Map<string, (answer: SocketAnswer) => void>();
  const listeners: (() => void)[] = [];
  const state = { next: 0, isInUse: false, isOff: false };
  const path = `${SOCKET_PATH}/${ws.app.id}`;

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const url = new URL(request.url ?? '', ws.ctx.baseUrl);
    if (url.pathname !== path) return;
    const ticket = url.searchParams.get('ticket') ?? '';
    const expiresAt = tickets.get(ticket);
    tickets.delete(ticket);
    if (expiresAt === undefined || ws.now() > expiresAt) {
      refuseUpgrade(socket);
      return;
    }
    server.handleUpgrade(request, socket, head, (connection) => accept(connection));
  };

  const accept = (connection: WebSocket): void => {
    connection.on('error', () => connection.terminate());
    if (state.isOff) {
      connection.send(linkDisabled);
      connection.close();
      return;
    }
    if (open.size >= MAX_CONNECTIONS) {
      connection.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }));
      connection.close();
      return;
    }
    open.add(connection);
    state.isInUse = true;
    connection.on('message', (raw: Buffer) => readAck(raw.toString(), waiting));
    connection.on('close', () => open.delete(connection));
    connection.send(JSON.stringify(hello(ws.app.id, open.size)));
    for (const each of listeners) each();
  };

  const pings = setInterval(() => {
    for (const each of open) each.ping();
  }, PING_INTERVAL_MS);
  pings.unref();
  ws.ctx.http.server.on('upgrade', upgrade);

  return {
    newUrl: () => {
      const ticket = randomUUID();
      tickets.set(ticket, ws.now() + TICKET_LIFETIME_MS);
      return `${ws.ctx.baseUrl.replace(/^http/, 'ws')}${path}?ticket=${ticket}&app_id=${ws.app.id}`;
    },
    connections: () => open.size,
    isInUse: () => state.isInUse,
    deliver: (envelope) => {
      const all = [...open];
      state.next += 1;
      const connection = all[state.next % Math.max(1, all.length)];
      if (connection === undefined) return Promise.resolve({ kind: 'unreachable' });
      return send(connection, envelope, waiting);
    },
    onConnected: (listener) => void listeners.push(listener),
    drop: (how) => {
      const all = [...open];
      state.isOff = how === 'off';
      if (how === 'on') return all.length;
      for (const each of all) {
        if (how === 'cut') each.terminate();
        else if (how === 'off') each.send(linkDisabled);
        else each.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
      }
      return all.length;
    },
    stop: async () => {
      clearInterval(pings);
      ws.ctx.http.server.off('upgrade', upgrade);
      await Promise.all([...open].map(closePolitely));
      server.close();
    },
  };
}

const linkDisabled = JSON.stringify({ type: 'disconnect', reason: 'link_disabled' });

/** Waits briefly for the app's side of the closing handshake. */
function closePolitely(connection: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => connection.terminate(), CLOSE_TIMEOUT_MS);
    connection.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    connection.close(1001);
  });
}

function hello(app: string, connections: number): Record<string, unknown> {
  return {
    type: 'hello',
    num_connections: connections,
    connection_info: { app_id: app },
    debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: 18_060 },
  };
}

function readAck(raw: string, waiting: Map<string, (answer: SocketAnswer) => void>): void {
  let ack: { envelope_id?: unknown; payload?: unknown };
  try {
    ack = JSON.parse(raw) as typeof ack;
  } catch {
    return;
  }
  const id = typeof ack.envelope_id === 'string' ? ack.envelope_id : '';
  const payload = ack.payload;
  waiting.get(id)?.({
    kind: 'acked',
    payload: typeof payload === 'object' && payload !== null ? { ...payload } : undefined,
  });
}

function send(
  connection: WebSocket,
  envelope: Envelope,
  waiting: Map<string, (answer: SocketAnswer) => void>,
): Promise<SocketAnswer> {
  const id = randomUUID();
  return new Promise((resolve) => {
    const settle = (answer: SocketAnswer): void => {
      clearTimeout(timer);
      connection.off('close', onClose);
      waiting.delete(id);
      resolve(answer);
    };
    const onClose = (): void => settle({ kind: 'unreachable' });
    const timer = setTimeout(() => settle({ kind: 'timeout' }), ACK_TIMEOUT_MS);
    connection.on('close', onClose);
    waiting.set(id, settle);
    connection.send(
      JSON.stringify({
        envelope_id: id,
        type: envelope.type,
        accepts_response_payload: envelope.acceptsResponse,
        payload: envelope.payload,
        ...(envelope.type === 'events_api'
          ? {
              retry_attempt: envelope.retry?.attempt ?? 0,
              retry_reason: envelope.retry?.reason ?? '',
            }
          : {}),
      }),
    );
  });
}
