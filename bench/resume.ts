// Pauses of a provisioning after kills (-9) of the bot at random times.
import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis } from '../src/kernel/redis.ts';
import { createRunStore, type RunStore } from '../src/engine/run-store.ts';
import { startTestSandbox, type TestSandbox } from '../test/support/sandbox.ts';

export interface Kill {
  /** Steps that were running when the bot was killed. */
  readonly during: readonly string[];
  /** From the kill to the next event in the run's journal, ms. */
  readonly stoodMs: number;
  /** From the kill until the next bot answered on its health port, ms. */
  readonly bootMs: number;
}

export interface ResumeRound {
  readonly kills: readonly Kill[];
  readonly ended: string;
  /** Operations and objects that a repeated effect would duplicate: found and expected counts. */
  readonly doubled: readonly string[];
}

export interface ResumeOptions {
  readonly speed: number;
  /** Maximum of kills in one run: the supervisor gives up at more than five in a minute. */
  readonly kills: number;
  /** Maximum of new journal events between a resumption and the next kill. */
  readonly calmEvents: number;
  /** 0 to 1; a seeded one makes a round repeatable. */
  readonly random: () => number;
}

export async function resumeRound(options: ResumeOptions): Promise<ResumeRound> {
  const sandbox = await startTestSandbox({ speed: options.speed });
  const redis = connectRedis(sandbox.redis.url);
  try {
    const store = createRunStore(redis);
    const said = sandbox.say('/llmgw provision --yes', { wait: true });
    const runId = await untilThere(async () => (await store.recent())[0]);
    const kills: Kill[] = [];
    while (kills.length < options.kills) {
      await untilGrown(store, runId, 1 + Math.floor(options.random() * options.calmEvents));
      // Also at a random time within the event.
      await pause(options.random() * 300);
      const kill = await killOnce(sandbox, store, runId);
      if (kill === undefined) break;
      kills.push(kill);
    }
    const { text, exitCode } = await said;
    return { kills, ended: exitCode === 0 ? 'ready' : text, doubled: doubledIn(sandbox) };
  } finally {
    redis.disconnect();
    await sandbox.stop();
  }
}

/** @returns undefined when the run had ended already. */
async function killOnce(
  sandbox: TestSandbox,
  store: RunStore,
  runId: string,
): Promise<Kill | undefined> {
  const pid = sandbox.bot.pid();
  if (pid === undefined) throw new Error('There is no bot to kill.');
  const exited = untilThere(() => (sandbox.bot.pid() === pid ? undefined : true));
  process.kill(pid, 'SIGKILL');
  await exited;
  const before = await store.read(runId);
  const from = performance.now();
  if (before === undefined || before.state.endedAt !== undefined) return undefined;
  const during = Object.entries(before.state.steps)
    .filter(([, step]) => step.status === 'running')
    .map(([id]) => id);
  const [stoodMs, bootMs] = await Promise.all([
    untilThere(async () => {
      const now = await store.read(runId);
      return (now?.events.length ?? 0) > before.events.length ? true : undefined;
    }).then(() => performance.now() - from),
    untilThere(() => isHealthy(sandbox)).then(() => performance.now() - from),
  ]);
  return { during, stoodMs: Math.round(stoodMs), bootMs: Math.round(bootMs) };
}

/** Waits until the journal has that many more events, or the run has ended. */
async function untilGrown(store: RunStore, runId: string, by: number): Promise<void> {
  const before = (await store.read(runId))?.events.length ?? 0;
  await untilThere(async () => {
    const now = await store.read(runId);
    const isOver = now?.state.endedAt !== undefined;
    return isOver || (now?.events.length ?? 0) >= before + by ? true : undefined;
  });
}

async function isHealthy({ environment }: TestSandbox): Promise<true | undefined> {
  const url = `http://127.0.0.1:${environment['HEALTH_PORT'] ?? ''}/healthz`;
  return fetch(url).then(
    (response) => (response.ok ? true : undefined),
    () => undefined,
  );
}

async function untilThere<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(10);
  }
}

interface GkeState {
  readonly operations: Readonly<Record<string, { readonly type: string }>>;
}

interface SlackState {
  readonly messages: Readonly<Record<string, readonly { byBot: boolean; threadTs?: string }[]>>;
}

function doubledIn({ context }: TestSandbox): string[] {
  const gke = context.state<GkeState>('gke', () => ({ operations: {} }));
  const slack = context.state<SlackState>('slack', () => ({ messages: {} }));
  const creations = Object.values(gke.operations).filter(({ type }) => type === 'CREATE_CLUSTER');
  const cards = Object.values(slack.messages)
    .flat()
    .filter(({ byBot, threadTs }) => byBot && threadTs === undefined);
  return [
    ...(creations.length === 1 ? [] : [`${creations.length} cluster creations`]),
    ...(cards.length === 1 ? [] : [`${cards.length} cards`]),
  ];
}
