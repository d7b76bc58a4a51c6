// Cancels of a provisioning at critical steps, by command, until the card lists leftovers.
import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis } from '../src/kernel/redis.ts';
import { createRunStore, type RunStore } from '../src/engine/run-store.ts';
import { startTestSandbox, type TestSandbox } from '../test/support/sandbox.ts';

export interface Cancel {
  readonly during: string;
  /** From the command to the last event of the run, ms. */
  readonly endedMs: number;
  /** From the command until the card in the channel lists the leftovers, ms. */
  readonly toldMs: number;
  /** The text of the card. */
  readonly said: string;
}

export interface CancelRound {
  readonly cancels: readonly Cancel[];
  /** The outcome of the last retry. */
  readonly ended: string;
  readonly clusterCreations: number;
}

const moments = [
  { during: 'cluster creation', step: 'create-cluster', phase: 'wait' },
  { during: 'helm', step: 'install-apigee-operator', phase: 'apply' },
  { during: 'a wait', step: 'verify-locked', phase: 'wait' },
] as const;

/** One run, cancelled in each step and retried to its end. @param random 0 to 1: when. */
export async function cancelRound(speed: number, random: () => number): Promise<CancelRound> {
  const sandbox = await startTestSandbox({ speed });
  const redis = connectRedis(sandbox.redis.url);
  try {
    const store = createRunStore(redis);
    await sandbox.command('/llmgw provision --yes');
    const runId = await untilThere(async () => (await store.recent())[0]);
    const cancels: Cancel[] = [];
    for (const moment of moments) {
      await untilAt(store, runId, moment);
      await untilThere(() => (sandbox.cards().includes('Running: ') ? true : undefined));
      await pause(random() * 200);
      cancels.push(await cancelOnce(sandbox, store, runId, moment.during));
      if (moment !== moments.at(-1)) await sandbox.command(`/llmgw retry ${runId}`);
    }
    const { text, exitCode } = await sandbox.say(`/llmgw retry ${runId}`, { wait: true });
    return {
      cancels,
      ended: exitCode === 0 ? 'ready' : text,
      clusterCreations: clusterCreations(sandbox),
    };
  } finally {
    redis.disconnect();
    await sandbox.stop();
  }
}

async function cancelOnce(
  sandbox: TestSandbox,
  store: RunStore,
  runId: string,
  during: string,
): Promise<Cancel> {
  const from = performance.now();
  const ended = untilThere(async () => {
    const { status } = (await store.read(runId))?.state ?? {};
    if (status === 'succeeded') throw new Error(`The run was over before its cancel: ${during}.`);
    return status === 'cancelled' ? performance.now() - from : undefined;
  });
  await sandbox.command(`/llmgw cancel ${runId}`);
  const endedMs = await ended;
  const said = await untilThere(() => whatStands(sandbox.cards()));
  const toldMs = performance.now() - from;
  return { during, endedMs: Math.round(endedMs), toldMs: Math.round(toldMs), said };
}

/** The card's sentence, once it reports the run as cancelled. */
function whatStands(cards: string): string | undefined {
  return /Cancelled by a person after [^.]*\. ((?:No step finished|\d+ of \d+ steps)[^"]*)"/.exec(
    cards,
  )?.[1];
}

async function untilAt(
  store: RunStore,
  runId: string,
  { step, phase }: (typeof moments)[number],
): Promise<void> {
  await untilThere(async () => {
    const { state } = (await store.read(runId)) ?? {};
    if (state?.status === 'succeeded' || state?.status === 'failed') {
      throw new Error(`The run was over before ${step} was in its ${phase}.`);
    }
    const found = state?.steps[step];
    return found?.status === 'running' && found.phase === phase ? true : undefined;
  });
}

async function untilThere<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(5);
  }
}

interface GkeState {
  readonly operations: Readonly<Record<string, { readonly type: string }>>;
}

function clusterCreations({ context }: TestSandbox): number {
  const { operations } = context.state<GkeState>('gke', () => ({ operations: {} }));
  return Object.values(operations).filter(({ type }) => type === 'CREATE_CLUSTER').length;
}
