// Slack's side of a fuzz run: Web API checks, and raw Socket Mode frames.
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';

export interface SlackRecorder {
  /** Base of the Web API. */
  readonly url: string;
  /** Sends the frame unchanged. */
  send(frame: string): void;
  connected(): boolean;
  stop(): Promise<void>;
}

export interface RecorderOptions {
  onCall(method: string, args: Record<string, unknown>): void;
  onAck(envelopeId: string, payload: unknown): void;
}

const team = 'T0SANDBOX';

export async function startSlackRecorder(options: RecorderOptions): Promise<SlackRecorder> {
  const sockets = new WebSocketServer({ noServer: true });
  const open = new Set<WebSocket>();
  const state = { calls: 0, base: '' };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [, , method = ''] = (request.url ?? '').split('/');
      const args = argsOf(request, body);
      options.onCall(method, args);
      answer(response, resultOf(method, args, (state.calls += 1), state.base));
    });
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (connection) => {
      open.add(connection);
      connection.on('close', () => open.delete(connection));
      connection.on('error', () => connection.terminate());
      connection.on('message', (raw: Buffer) => {
        const { envelope_id: id, payload } = JSON.parse(raw.toString()) as Record<string, unknown>;
        options.onAck(String(id), payload);
      });
      connection.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  state.base = `127.0.0.1:${port}`;
  return {
    url: `http://${state.base}/api/`,
    send: (frame) => [...open].at(-1)?.send(frame),
    connected: () => open.size > 0,
    stop: async () => {
      for (const each of open) each.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function argsOf({ headers }: IncomingMessage, body: string): Record<string, unknown> {
  if (headers['content-type']?.startsWith('application/json') === true) {
    return JSON.parse(body) as Record<string, unknown>;
  }
  const entries = Object.entries(parse(body)).map(([name, value]) => [name, decoded(value)]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** The client sends blocks and views as JSON within a form. */
function decoded(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function resultOf(
  method: string,
  { user, channel }: Record<string, unknown>,
  call: number,
  base: string,
): object {
  const ts = `${1_800_000_000 + call}.000100`;
  switch (method) {
    case 'auth.test':
      return { team_id: team, user_id: 'U0LLMGW', bot_id: 'B0LLMGW', url: 'https://x.slack.com/' };
    case 'apps.connections.open':
      return { url: `ws://${base}/socket` };
    case 'users.info':
      return {
        user: { id: user, team_id: team, name: 'x', profile: { email: `${call}@x.example` } },
      };
    case 'bots.info':
      return { bot: { id: 'B0LLMGW', app_id: 'A0LLMGW', user_id: 'U0LLMGW' } };
    case 'views.open':
    case 'views.update':
    case 'views.publish':
      return { view: { id: `V${call}`, hash: `h${call}`, type: 'modal' } };
    case 'conversations.open':
      return { channel: { id: 'D0FUZZ' } };
    default:
      return { ts, message_ts: ts, channel };
  }
}

function answer(response: ServerResponse, result: object): void {
  const scopes = 'commands,chat:write,app_mentions:read,im:history,users:read,users:read.email';
  response.writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': scopes });
  response.end(JSON.stringify({ ok: true, ...result }));
}
