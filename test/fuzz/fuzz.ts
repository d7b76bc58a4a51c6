// Fuzz run of one entry point: inputs over real protocols, with checked effects.
import { createHmac, randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { Pool } from 'undici';
import { handlers, jobs, openHandlerContext } from '../../jobs/index.ts';
import { liveForms } from '../../sandbox/slack/live-forms.ts';
import { startSlackRecorder } from '../../sandbox/slack/slack-recorder.ts';
import { createQueues } from '../../src/engine/queue.ts';
import { createRunStore } from '../../src/engine/run-store.ts';
import { readConfig } from '../../src/kernel/config.ts';
import type { Log } from '../../src/kernel/log.ts';
import { createMetrics } from '../../src/kernel/metrics.ts';
import { createRedactor } from '../../src/kernel/redaction.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { startSlack } from '../../src/slack/receive/receiver.ts';
import * as inputs from './inputs.ts';

export const doors = [
  'unsigned',
  'signed',
  'commands',
  'events',
  'actions',
  'submissions',
  'shortcuts',
  'socket',
  'frames',
] as const;
export type Door = (typeof doors)[number];

export interface FuzzReport {
  readonly door: Door;
  readonly inputs: number;
  readonly seed: number;
  readonly seconds: number;
  /** Number of answers by status; in Socket Mode `acked` or `refused`. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Calls of Slack's Web API that the inputs caused. */
  readonly calls: number;
  /** Heap after a collection, MB, at a fifth of the inputs and at the end; 0 without `--expose-gc`. */
  readonly heapMb: readonly [early: number, late: number];
  readonly slowestMs: number;
  readonly findings: readonly string[];
}

const signingSecret = 'signing-secret-of-the-fuzz';
const lanesOf = (door: Door): number => (door === 'socket' ? 1 : 16);
const batch = 250;
/** Slack times out after 3 s; a busy machine gets more time. */
const patienceMs = 10_000;
const mostFindings = 10;

interface Input {
  /** The sender, who may be mentioned. */
  readonly user: string;
  readonly path: string;
  readonly method: string;
  readonly body: string;
  readonly type: string;
}

export async function fuzz(
  door: Door,
  options: { readonly inputs: number; readonly seed: number; readonly redisUrl: string },
): Promise<FuzzReport> {
  const world = await openWorld(door, options.redisUrl);
  const statuses: Record<string, number> = {};
  const lanes = lanesOf(door);
  const heap = { early: 0, late: 0 };
  let slowestMs = 0;
  const begun = performance.now();
  const note = (status: string): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  for (let done = 0; done < options.inputs; done += batch) {
    const count = Math.min(batch, options.inputs - done);
    const seed = options.seed + done;
    const all = fc.sample(arbitraryOf(door), { numRuns: count, seed });
    await Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        for (let at = lane; at < all.length; at += lanes) {
          const input = all[at];
          if (input === undefined) continue;
          const from = performance.now();
          note(await world.send(input, `seed ${seed}, input ${at}`));
          slowestMs = Math.max(slowestMs, performance.now() - from);
        }
      }),
    );
    await world.settle();
    if (heap.early === 0 && done + count >= options.inputs / 5) heap.early = heapMb();
    if (world.findings.length >= mostFindings) break;
  }
  await world.settle();
  heap.late = heapMb();
  await world.close();
  return {
    door,
    inputs: Object.values(statuses).reduce((sum, each) => sum + each, 0),
    seed: options.seed,
    seconds: Math.round((performance.now() - begun) / 1000),
    statuses,
    calls: world.calls(),
    heapMb: [heap.early, heap.late],
    slowestMs: Math.round(slowestMs),
    findings: world.findings,
  };
}

function blockIds(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'block_id' in value && typeof value.block_id === 'string' ? [value.block_id] : [];
  return [...own, ...Object.values(value).flatMap(blockIds)];
}

function heapMb(): number {
  if (globalThis.gc === undefined) return 0;
  globalThis.gc();
  return Math.round(process.memoryUsage().heapUsed / 1024 / 1024);
}

const interactive = (payload: unknown): Pick<Input, 'path' | 'body' | 'type'> => ({
  path: '/slack/interactivity',
  body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
  type: 'application/x-www-form-urlencoded',
});

const formOf = (fields: object): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) =>
      value === undefined
        ? []
        : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  ).toString();

const senderOf = (payload: object): string => {
  const read = payload as {
    user_id?: unknown;
    user?: { id?: unknown };
    event?: { user?: unknown } | null;
  };
  const id = read.user_id ?? read.user?.id ?? read.event?.user;
  return typeof id === 'string' ? id : '';
};

const post = (payload: object, more: Pick<Input, 'path' | 'body' | 'type'>): Input => ({
  user: senderOf(payload),
  method: 'POST',
  ...more,
});

const raw: fc.Arbitrary<Input> = fc
  .record({
    path: fc.oneof(
      fc.constantFrom('/slack/events', '/slack/commands', '/slack/interactivity'),
      fc.webPath().map((path) => (path.startsWith('/') ? path : `/${path}`)),
    ),
    method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'),
    type: fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      '',
    ),
    body: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3_000 }),
      fc.json(),
      inputs.words.map((text) => `payload=${text}`),
      fc.object().map((any) => formOf(any)),
      fc.constant('ssl_check=1&token=x'),
      fc.constant('x'.repeat(20_000)),
    ),
  })
  .map((given) => ({ user: '', ...given }));

function arbitraryOf(door: Door): fc.Arbitrary<Input> {
  switch (door) {
    case 'unsigned':
    case 'signed':
      return raw;
    case 'commands':
      return inputs.mangled(inputs.command).map((one) =>
        post(one, {
          path: '/slack/commands',
          body: formOf(one),
          type: 'application/x-www-form-urlencoded',
        }),
      );
    case 'events':
      return inputs
        .mangled(inputs.event)
        .map((one) =>
          post(one, { path: '/slack/events', body: JSON.stringify(one), type: 'application/json' }),
        );
    case 'actions':
      return inputs.mangled(inputs.action).map((one) => post(one, interactive(one)));
    case 'submissions':
      return inputs.mangled(inputs.submission).map((one) => post(one, interactive(one)));
    case 'shortcuts':
      return inputs.mangled(inputs.shortcut).map((one) => post(one, interactive(one)));
    case 'socket':
      return fc.oneof(
        inputs.mangled(inputs.command).map((one) => envelope('slash_commands', one)),
        inputs.mangled(inputs.event).map((one) => envelope('events_api', one)),
        inputs.mangled(inputs.action).map((one) => envelope('interactive', one)),
        inputs.mangled(inputs.submission).map((one) => envelope('interactive', one)),
      );
    case 'frames':
      return fc
        .oneof(
          fc.string({ unit: 'binary', maxLength: 2_000 }),
          fc.json(),
          inputs
            .mangled(
              fc.record({
                type: fc.constantFrom(
                  'hello',
                  'slash_commands',
                  'events_api',
                  'interactive',
                  'warning',
                ),
                envelope_id: fc.uuid(),
                payload: fc.oneof(inputs.command, inputs.event, fc.jsonValue({ maxDepth: 2 })),
              }),
            )
            .map((frame) => JSON.stringify(frame)),
        )
        .map((body) => ({ user: '', method: 'FRAME', path: '', type: '', body }));
  }
}

const envelope = (type: string, payload: object): Input => ({
  user: senderOf(payload),
  method: 'ENVELOPE',
  path: '',
  type,
  body: JSON.stringify(payload),
});

interface FuzzWorld {
  readonly findings: string[];
  calls(): number;
  /** @returns the status. */
  send(input: Input, name: string): Promise<string>;
  /** Empties Redis, then checks that an ordinary request is answered. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

async function openWorld(door: Door, redisUrl: string): Promise<FuzzWorld> {
  const isSocket = door === 'socket' || door === 'frames';
  const findings: string[] = [];
  const find = (finding: string): void => {
    if (findings.length < mostFindings) findings.push(finding.slice(0, 1_500));
  };
  const state = { calls: 0 };
  const waiting = new Map<string, (status: string) => void>();
  const senders = new Set<string>();
  // A refusal names the operators.
  const operator = 'U0OLIVIA';
  /** Socket Mode has one delivery in flight at a time. */
  const refuse = (): void => {
    if (door !== 'socket') return;
    for (const end of waiting.values()) end('refused');
  };
  /** A message that only its reader sees notifies nobody else; it may name whom its reader has named. */
  const check = (what: string, given: unknown, isPersonal: boolean, text: string): void => {
    const { mentions, links } = liveForms(text, given);
    const wrong = [
      ...mentions.filter(
        (each) =>
          !/^@[UW]/.test(each) ||
          (!isPersonal && each !== `@${operator}` && !senders.has(each.slice(1))),
      ),
      ...links.filter((each) => /evil\.example/.test(each)),
      ...(JSON.stringify(given ?? '').includes('<#C0EVIL') ? ['#C0EVIL'] : []),
      ...blockIds(given).filter((id) => id.length > 255),
    ];
    if (wrong.length > 0) find(`${what}: ${wrong.join(' ')} in ${text} ${JSON.stringify(given)}`);
  };
  const slack = await startSlackRecorder({
    onCall: (method, args) => {
      state.calls += 1;
      const isPosted = method === 'chat.postMessage' || method === 'chat.update';
      const isPersonal = !isPosted || /^[DUW]/.test(String(args['channel']));
      check(
        method,
        args['blocks'] ?? args['view'],
        isPersonal,
        typeof args['text'] === 'string' ? args['text'] : '',
      );
    },
    onAck: (id, payload) => {
      check('ack', payload, true, '');
      waiting.get(id)?.('acked');
    },
  });
  const redis = connectRedis(redisUrl, { failFast: true });
  const prefix = `fuzz-${randomUUID()}`;
  const config = readConfig({
    PROJECT_ID: 'llm-demo',
    HF_TOKEN: 'hf_token_of_the_fuzz',
    SLACK_BOT_TOKEN: 'xoxb-token-of-the-fuzz',
    SLACK_APP_TOKEN: 'xapp-token-of-the-fuzz',
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_MODE: isSocket ? 'socket' : 'http',
    SLACK_LIMITS: '10000',
    SLACK_API_URL: slack.url,
    LLMGW_OPERATORS: operator,
    REDIS_URL: redisUrl,
  });
  const { transport } = config.slack;
  const queues = createQueues({ redis, prefix, jobs: Object.keys(jobs) });
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, message) => {
      if (message === 'socket frame malformed') refuse();
      noteBug(fields, message);
    },
    error: (fields, message) => {
      if (message === 'a delivery could not be handled') refuse();
      noteBug(fields, message);
    },
    child: () => log,
  };
  const noteBug = (fields: object, message: string): void => {
    const text = JSON.stringify(fields);
    // A delivery that Slack cannot have sent is refused by its schema.
    const isSchema = text.includes('ZodError');
    if (text.includes('"kind":"bug"') && !isSchema) find(`log: ${message} ${text}`);
  };
  const bot = await startSlack({
    slack: {
      ...config.slack,
      transport: transport.mode === 'http' ? { ...transport, port: 0 } : transport,
    },
    host: '127.0.0.1',
    apiUrl: slack.url,
    operators: config.operators,
    people: config.people,
    requiresApproval: ['teardown'],
    gateways: config.gateways,
    handlers,
    openHandlerContext,
    queues,
    store: createRunStore(redis, prefix),
    redis,
    prefix,
    redactor: createRedactor([signingSecret]),
    metrics: createMetrics(),
    log,
  });
  const origin = `http://127.0.0.1:${bot.port ?? 0}`;
  const pool = new Pool(origin, { connections: lanesOf(door), pipelining: 1 });

  const http = async ({ path, method, body, type }: Input, isSigned: boolean): Promise<string> => {
    const stamp = String(Math.floor(Date.now() / 1000));
    const bytes = Buffer.from(body);
    const hmac = createHmac('sha256', signingSecret)
      .update(`v0:${stamp}:`)
      .update(bytes)
      .digest('hex');
    const { statusCode, body: answer } = await pool.request({
      path: encodeURI(path).replaceAll('#', ''),
      method,
      headers: {
        ...(type === '' ? {} : { 'content-type': type }),
        ...(isSigned
          ? { 'x-slack-request-timestamp': stamp, 'x-slack-signature': `v0=${hmac}` }
          : {}),
      },
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: bytes }),
      headersTimeout: patienceMs,
    });
    const text = await answer.text();
    if (text.startsWith('{')) {
      const read = JSON.parse(text) as { text?: string; blocks?: unknown; view?: unknown };
      check('answer', read.blocks ?? read.view, true, read.text ?? '');
    }
    return String(statusCode);
  };

  const socket = (input: Input): Promise<string> =>
    new Promise((resolve) => {
      const id = randomUUID();
      const timer = setTimeout(() => end('lost'), patienceMs);
      const end = (status: string): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(status);
      };
      waiting.set(id, end);
      const { type, body } = input;
      slack.send(
        `{"type":${JSON.stringify(type)},"envelope_id":"${id}","accepts_response_payload":true,"payload":${body}}`,
      );
    });

  const ordinary: Input = {
    user: 'U0ALICE',
    method: isSocket ? 'ENVELOPE' : 'POST',
    path: '/slack/commands',
    type: isSocket ? 'slash_commands' : 'application/x-www-form-urlencoded',
    body: '',
  };
  const isServed = async (): Promise<boolean> => {
    const fields = {
      command: '/llmgw',
      text: 'help',
      user_id: 'U0ALICE',
      channel_id: 'C0GATEWAY',
      team_id: 'T0SANDBOX',
      trigger_id: randomUUID(),
    };
    const status = isSocket
      ? await socket({ ...ordinary, body: JSON.stringify(fields) })
      : await http({ ...ordinary, body: formOf(fields) }, true);
    return status === '200' || status === 'acked';
  };
  while (isSocket && !slack.connected()) await turn();

  return {
    findings,
    calls: () => state.calls,
    send: async (input, name) => {
      senders.add(input.user);
      try {
        if (input.method === 'FRAME') {
          slack.send(input.body);
          return 'sent';
        }
        const status =
          input.method === 'ENVELOPE'
            ? await socket(input)
            : await http(input, door !== 'unsigned');
        if (status === 'lost') find(`${name}: neither acked nor refused: ${JSON.stringify(input)}`);
        return status;
      } catch (error) {
        find(`${name}: ${String(error)}: ${JSON.stringify(input)}`);
        return 'none';
      }
    },
    settle: async () => {
      // A broken frame may close a connection: the bot opens another.
      const until = performance.now() + patienceMs;
      let served = await isServed();
      while (!served && performance.now() < until) served = await isServed();
      if (!served) find('an ordinary command is not answered any more');
      senders.clear();
      await redis.flushdb();
    },
    close: async () => {
      await pool.destroy();
      await bot.stop();
      await queues.close().catch(() => undefined);
      redis.disconnect();
      await slack.stop();
    },
  };
}
