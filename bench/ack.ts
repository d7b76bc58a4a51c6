// Acks of our receiver and a bare Bolt app, under the same load.
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { jobId } from '../src/slack/dispatch/job-id.ts';
import { bullPrefix, jobQueueName } from '../src/engine/queue-names.ts';
import { connectRedis } from '../src/kernel/redis.ts';
import { defaultPrefix } from '../src/engine/run-store.ts';
import { createSandboxClient } from '../sandbox/say/sandbox-client.ts';
import { startTestSandbox, type TestSandbox } from '../test/support/sandbox.ts';
import { quantile } from './measures.ts';
import { cpuSeconds, type Server, startGenerator, startServer } from './load/processes.ts';
import type { Load, Loaded } from './load/generator.ts';
import { type CommandName, people } from './load/slash-commands.ts';

export interface Shot {
  /** Correct answers a second. */
  readonly perSecond: number;
  /** ms. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Processor time for each answer, µs. */
  readonly serverUs: number;
  readonly redisUs: number;
  readonly generatorUs: number;
}

export interface AckPair {
  readonly ours: Shot;
  readonly bare: Shot;
}

export interface AckLine {
  readonly command: CommandName;
  readonly connections: number;
  readonly rounds: readonly AckPair[];
  /** At half of our median rate; `alone`: the load on a server that only answers. */
  readonly steady: {
    readonly rate: number;
    readonly ours: Shot;
    readonly bare: Shot;
    readonly alone: Shot;
  };
}

export interface AckMeasured {
  readonly lines: readonly AckLine[];
  /** A single write to Redis until it is on the disk, ms: no ack can be faster. */
  readonly redisWrite: { readonly p50: number; readonly p99: number };
  /** The generator's rate with a server that only answers, by connections. */
  readonly ceilings: readonly { readonly connections: number; readonly shot: Shot }[];
}

const seconds = { round: 2.5, steady: 5, warm: 2 };
const conditions = [
  { command: 'ask', connections: 50 },
  { command: 'ask', connections: 200 },
  { command: 'status', connections: 50 },
  { command: 'status', connections: 200 },
] as const;

/** @throws Error when an answer was wrong, or the queue does not hold exactly the acked jobs. */
export async function ackRow(rounds: number, tell: (text: string) => void): Promise<AckMeasured> {
  // The production bot in the receiver role: no worker takes the jobs, so that they can be counted.
  const botEnv = { LLMGW_ROLE: 'slack', NODE_ENV: 'production' };
  const sandbox = await startTestSandbox({ speed: 1, botEnv });
  const redis = connectRedis(sandbox.redis.url);
  const bareBolt = await startServer('bare-bolt.ts', { ...sandbox.environment, ...botEnv });
  const bareHttp = await startServer('bare-http.ts', botEnv);
  const generator = startGenerator();
  try {
    const bench = { sandbox, redis, generator, bareBolt, bareHttp };
    await introducePeople(bench);
    return await measure(bench, rounds, tell);
  } finally {
    for (const child of [generator, bareBolt, bareHttp]) child.stop();
    redis.disconnect();
    await sandbox.stop();
  }
}

/** The bot looks up each person in Slack at their first command, outside the measurement. */
async function introducePeople(bench: Bench): Promise<void> {
  const { context, url } = bench.sandbox;
  const workspace = context.state<{ people: object[] }>('slack', () => ({ people: [] }));
  for (const id of people) {
    const email = `${id}@example.com`;
    const shown = { realName: id, title: 'Developer', email, emailHidden: false, isBot: false };
    workspace.people.push({ id, name: id.toLowerCase(), ...shown });
  }
  // Slack's limit of lookups in a minute.
  const count = 50;
  for (let met = 0; met < people.length; met += count) {
    await createSandboxClient(url).act('reset-rate-limits', {});
    await fireOurs(bench, { command: 'status', connections: count, count });
  }
}

interface Bench {
  readonly sandbox: TestSandbox;
  readonly redis: Redis;
  readonly generator: ReturnType<typeof startGenerator>;
  readonly bareBolt: Server;
  readonly bareHttp: Server;
}

async function measure(
  bench: Bench,
  rounds: number,
  tell: (text: string) => void,
): Promise<AckMeasured> {
  const lines: AckLine[] = [];
  for (const condition of conditions) {
    const { command, connections } = condition;
    tell(`ack: ${command} over ${connections} connections`);
    // Warms the code up, and estimates the commands of a round.
    const counts = {
      ours: await countFor(() => fireOurs(bench, { ...condition, count: 4_000 })),
      bare: await countFor(() => fireBare(bench, { ...condition, count: 8_000 })),
    };
    const pairs: AckPair[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const ours = await fireOurs(bench, { ...condition, count: counts.ours });
      const bare = await fireBare(bench, { ...condition, count: counts.bare });
      pairs.push({ ours, bare });
    }
    const rate = Math.round(
      quantile(
        pairs.map(({ ours }) => ours.perSecond),
        0.5,
      ) / 2,
    );
    const aim = { ...condition, rate };
    await fireOurs(bench, { ...aim, count: rate * seconds.warm });
    const ours = await fireOurs(bench, { ...aim, count: rate * seconds.steady });
    const alone = await fireHttp(bench, { ...aim, count: rate * seconds.warm });
    const bare = await fireBare(bench, { ...aim, count: rate * seconds.steady });
    lines.push({ command, connections, rounds: pairs, steady: { rate, ours, bare, alone } });
  }
  const ceilings = [];
  for (const connections of [50, 200]) {
    const shot = await fireHttp(bench, { command: 'ask', connections, count: 40_000 });
    ceilings.push({ connections, shot });
  }
  return { lines, ceilings, redisWrite: await redisWrites(bench) };
}

async function redisWrites({ redis }: Bench): Promise<AckMeasured['redisWrite']> {
  const took: number[] = [];
  for (let write = 0; write < 300; write += 1) {
    const from = performance.now();
    await redis.set('bench:write', write);
    took.push(performance.now() - from);
  }
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

async function countFor(fire: () => Promise<Shot>): Promise<number> {
  return Math.round((await fire()).perSecond * seconds.round);
}

type Aim = Omit<Load, 'url' | 'secret'>;

async function fireOurs(bench: Bench, aim: Aim): Promise<Shot> {
  const { sandbox, redis } = bench;
  await redis.flushall();
  // The first question in a channel sends a greeting; then the bot knows that it may post there.
  await sandbox.command('/llmgw ask hello');
  const queue = new Queue(jobQueueName(aim.command), {
    connection: redis,
    prefix: bullPrefix(defaultPrefix),
  });
  const waiting = (): Promise<string[]> =>
    queue.getRanges(['waiting', 'prioritized', 'delayed'], 0, -1);
  const before = new Set(await waiting());
  const url = `http://127.0.0.1:${sandbox.environment['PORT'] ?? ''}/slack/commands`;
  const { loaded, shot } = await fire(bench, { ...aim, url }, sandbox.bot.pid());
  const acked = loaded.bodies.map((body) => ackedJob(body, aim.command));
  const queued = await waiting();
  await queue.close();
  const added = queued.filter((id) => !before.has(id));
  const expected = loaded.sent.map(({ triggerId }) => jobId(aim.command, triggerId));
  requireSame('acks', acked, expected);
  requireSame('jobs in the queue', added, expected);
  return shot;
}

async function fireBare(bench: Bench, aim: Aim): Promise<Shot> {
  const url = `http://127.0.0.1:${bench.bareBolt.port}/slack/commands`;
  const { loaded, shot } = await fire(bench, { ...aim, url }, bench.bareBolt.pid);
  if (loaded.bodies.some((body) => body !== '')) throw new Error('Bare Bolt said something.');
  return shot;
}

async function fireHttp(bench: Bench, aim: Aim): Promise<Shot> {
  const url = `http://127.0.0.1:${bench.bareHttp.port}/`;
  return (await fire(bench, { ...aim, url }, bench.bareHttp.pid)).shot;
}

async function fire(
  { sandbox, redis, generator }: Bench,
  aim: Omit<Load, 'secret'>,
  serverPid: number | undefined,
): Promise<{ loaded: Loaded; shot: Shot }> {
  await redis.ping();
  const pids = [serverPid, sandbox.redis.pid(), generator.pid];
  const before = pids.map(cpuSeconds);
  const secret = sandbox.environment['SLACK_SIGNING_SECRET'] ?? '';
  const loaded = await generator.run({ ...aim, secret });
  const [serverUs = 0, redisUs = 0, generatorUs = 0] = pids.map(
    (pid, index) => ((cpuSeconds(pid) - (before[index] ?? 0)) * 1e6) / aim.count,
  );
  const right = loaded.statuses['200'] ?? 0;
  if (right !== aim.count || loaded.bodies.length !== aim.count) {
    throw new Error(`Of ${aim.count} commands: ${JSON.stringify(loaded.statuses)}.`);
  }
  const { latencies } = loaded;
  const shot = {
    perSecond: right / loaded.seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    max: quantile(latencies, 1),
    serverUs,
    redisUs,
    generatorUs,
  };
  return { loaded, shot };
}

interface AckBody {
  readonly text: string;
  readonly blocks: readonly { readonly block_id?: string }[];
}

const words = {
  // A person's fourth question at once waits for the others.
  ask: /^Asking “What is \d+ plus \d+\?”\. The answer appears here\.( Queued behind \d+ of your other questions\.)?$/,
  status: /^Looking at the gateway `default`; the answer comes in a moment\.$/,
};

/** The job that an ack names. @throws Error when its text is not the expected one. */
function ackedJob(body: string, command: CommandName): string {
  const { text, blocks } = JSON.parse(body) as AckBody;
  const job = /^llmgw\.accepted:(.+)$/.exec(blocks[0]?.block_id ?? '')?.[1];
  if (!words[command].test(text) || job === undefined) throw new Error(`Acked wrongly: ${body}`);
  return job;
}

/** Each exactly once, and no other. */
function requireSame(what: string, found: readonly string[], expected: readonly string[]): void {
  const desired = new Set(expected);
  const seen = new Set(found);
  const isSame =
    found.length === expected.length &&
    seen.size === desired.size &&
    expected.every((one) => seen.has(one));
  if (!isSame) {
    throw new Error(`${found.length} ${what} (${seen.size} different) for ${expected.length}.`);
  }
}
