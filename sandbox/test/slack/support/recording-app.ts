// An app that records every delivery and returns a configured response.
import { once } from 'node:events';
import { type IncomingHttpHeaders, createServer } from 'node:http';

export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  /** The slash command's fields, the interaction's payload, or the event's JSON. */
  readonly body: Record<string, unknown>;
}

export interface AppAnswer {
  readonly status?: number;
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
}

export interface RecordingApp {
  readonly url: string;
  readonly deliveries: Delivery[];
  /** Used for each delivery until changed. */
  answer: AppAnswer | ((delivery: Delivery) => AppAnswer);
  stop(): Promise<void>;
}

export async function startRecordingApp(): Promise<RecordingApp> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const delivery = { headers: request.headers, raw, body: decode(raw) };
      deliveries.push(delivery);
      const answer = typeof app.answer === 'function' ? app.answer(delivery) : app.answer;
      const isJson = typeof answer.body === 'object';
      response.writeHead(answer.status ?? 200, {
        ...(isJson ? { 'content-type': 'application/json' } : {}),
        ...answer.headers,
      });
      response.end(isJson ? JSON.stringify(answer.body) : (answer.body ?? ''));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const app: RecordingApp = {
    url: `http://127.0.0.1:${address.port}`,
    deliveries,
    answer: {},
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return app;
}

function decode(raw: string): Record<string, unknown> {
  if (raw.startsWith('{')) return JSON.parse(raw) as Record<string, unknown>;
  const fields = Object.fromEntries(new URLSearchParams(raw));
  const payload = fields['payload'];
  return payload === undefined ? fields : (JSON.parse(payload) as Record<string, unknown>);
}
