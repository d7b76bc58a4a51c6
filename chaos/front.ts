// Balancer between Slack and the receivers, which can repeat deliveries and lose acks.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Front {
  deliverTwice(count: number): void;
  loseAcks(count: number): void;
  /** Whether Slack got an ack for the mention with this timestamp. */
  wasAcked(ts: string): boolean;
  stop(): Promise<void>;
}

interface Delivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Slack itself gives up after three seconds. */
const patienceMs = 10_000;

export async function openFront(port: number, receivers: () => readonly string[]): Promise<Front> {
  const left = { twice: 0, lost: 0 };
  const acked = new Set<string>();
  let turn = 0;
  const forward = async (delivery: Delivery): Promise<Response | undefined> => {
    const all = receivers();
    turn += 1;
    for (let tried = 0; tried < all.length; tried += 1) {
      const to = all[(turn + tried) % all.length] ?? '';
      const answer = await send(to, delivery);
      // An absent process accepts nothing, so another gets the delivery, as with a real balancer.
      if (answer !== 'unreachable') return answer;
    }
    return undefined;
  };
  const server = createServer((request, response) => {
    void (async () => {
      const delivery = await read(request);
      const isEvent = delivery.headers['content-type']?.includes('json') === true;
      if (isEvent && left.twice > 0) {
        left.twice -= 1;
        void forward(repeated(delivery)).catch(() => undefined);
      }
      const answer = await forward(delivery);
      if (answer === undefined || left.lost > 0) {
        if (answer !== undefined) left.lost -= 1;
        response.destroy();
        return;
      }
      const type = answer.headers.get('content-type');
      response.writeHead(answer.status, type === null ? {} : { 'content-type': type });
      response.end(Buffer.from(await answer.arrayBuffer()));
      if (isEvent && answer.ok) acked.add(messageOf(delivery.body));
    })().catch(() => response.destroy());
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    deliverTwice: (count) => void (left.twice += count),
    loseAcks: (count) => void (left.lost += count),
    wasAcked: (ts) => acked.has(ts),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<Delivery> {
  const { url = '/', headers } = request;
  return { path: url, headers, body: await buffer(request) };
}

function messageOf(body: Buffer): string {
  const { event } = JSON.parse(body.toString()) as { event?: { type?: string; ts?: string } };
  // The same message also arrives as `message`, which the bot ignores.
  return event?.type === 'app_mention' ? (event.ts ?? '') : '';
}

/** The form of Slack's own retry of an event. */
function repeated(delivery: Delivery): Delivery {
  const retry = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
  return { ...delivery, headers: { ...delivery.headers, ...retry } };
}

/** @returns undefined when the receiver broke off its answer. */
async function send(
  to: string,
  { path, headers, body }: Delivery,
): Promise<Response | undefined | 'unreachable'> {
  const passed = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && /^(content-type|user-agent|x-slack-)/.test(name)
      ? [[name, value] as [string, string]]
      : [],
  );
  try {
    return await fetch(`${to}${path}`, {
      method: 'POST',
      headers: passed,
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch (error) {
    const cause =
      error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
    return cause?.code === 'ECONNREFUSED' ? 'unreachable' : undefined;
  }
}
