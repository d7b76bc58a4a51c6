// Load generator process: maximum rate per connections (autocannon), or a steady rate.
import autocannon from 'autocannon';
import { Pool } from 'undici';
import { type CommandName, type SlashPost, signCommands } from './slash-commands.ts';

export interface Load {
  readonly url: string;
  readonly secret: string;
  readonly command: CommandName;
  readonly connections: number;
  readonly count: number;
  /** Commands a second, at scheduled times; undefined: each connection sends after each answer. */
  readonly rate?: number;
}

export interface Loaded {
  /** From the first command to the last answer. */
  readonly seconds: number;
  /** ms each; at a steady rate from the scheduled time, so that waiting requests count. */
  readonly latencies: readonly number[];
  /** By status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly bodies: readonly string[];
  /** The sent commands, to compare the answers with. */
  readonly sent: readonly Pick<SlashPost, 'triggerId' | 'prompt'>[];
}

process.on('message', (load: Load) => {
  run(load).then(
    (loaded) => process.send?.(loaded),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

async function run(load: Load): Promise<Loaded> {
  // Signed before they are sent, a few seconds at most, so that no measurement includes signing.
  const posts = signCommands(load.command, load.count, load.secret);
  const answered =
    load.rate === undefined ? await saturate(load, posts) : await steady(load, posts);
  return { ...answered, sent: posts.map(({ triggerId, prompt }) => ({ triggerId, prompt })) };
}

type Answers = Omit<Loaded, 'sent'>;

async function saturate(
  { url, connections, count }: Load,
  posts: readonly SlashPost[],
): Promise<Answers> {
  const bodies: string[] = [];
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  let given = 0;
  let clients = 0;
  let from = 0;
  let until = 0;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const shot = autocannon(
    {
      url,
      connections,
      amount: count,
      method: 'POST',
      // The interval of its check for completion, ms.
      sampleInt: 100,
      timeout: 30,
      setupClient: (client) => {
        // The count that autocannon lets this connection send, so that none is sent twice.
        const share = Math.floor(count / connections) + (clients < count % connections ? 1 : 0);
        const mine = posts.slice(given, given + share);
        client.setRequests(mine.map(({ headers, body }) => ({ headers: { ...headers }, body })));
        given += share;
        clients += 1;
      },
      verifyBody: (body) => bodies.push(String(body ?? '')) > 0,
    },
    (error, { errors }) =>
      error === null && errors === 0
        ? resolve(undefined)
        : reject(new Error(`The load failed: ${String(error)}, ${errors} errors.`)),
  );
  shot.on('start', () => (from = performance.now()));
  shot.on('response', (_client, status, _bytes, ms) => {
    until = performance.now();
    latencies.push(ms);
    statuses[status] = (statuses[status] ?? 0) + 1;
  });
  await promise;
  return { seconds: (until - from) / 1000, latencies, statuses, bodies };
}

async function steady(
  { url, connections, rate = 1 }: Load,
  posts: readonly SlashPost[],
): Promise<Answers> {
  const { origin, pathname } = new URL(url);
  // No promise and stream for each answer: a pause of the generator would count as the server's.
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies = new Float64Array(posts.length);
  const bodies: Buffer[] = [];
  const statuses: Record<string, number> = {};
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let answered = 0;
  const from = performance.now();
  const due = (index: number): number => from + (index * 1000) / rate;
  const send = (index: number, { headers, body }: SlashPost): void => {
    const parts: Buffer[] = [];
    pool.dispatch(
      { path: pathname, method: 'POST', headers: { ...headers }, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, status) => {
          statuses[status] = (statuses[status] ?? 0) + 1;
        },
        onResponseData: (_controller, part) => void parts.push(part),
        onResponseEnd: () => {
          latencies[index] = performance.now() - due(index);
          bodies.push(Buffer.concat(parts));
          answered += 1;
          if (answered === posts.length) resolve(undefined);
        },
        onResponseError: (_controller, error) => reject(error),
      },
    );
  };
  let at = 0;
  const tick = setInterval(() => {
    for (
      let post = posts[at];
      post !== undefined && due(at) <= performance.now();
      post = posts[at]
    ) {
      send(at, post);
      at += 1;
    }
  }, 1);
  await promise;
  const seconds = (performance.now() - from) / 1000;
  clearInterval(tick);
  await pool.close();
  return { seconds, latencies: [...latencies], statuses, bodies: bodies.map(String) };
}
