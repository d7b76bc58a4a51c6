// Provisioning compared with its critical path and with sequential steps, on equal worlds.
import { provision } from '../jobs/provision/runbook.ts';
import { connectRedis } from '../src/kernel/redis.ts';
import { createRunStore, type RunRecord } from '../src/engine/run-store.ts';
import { startWorld } from '../test/jobs/support/world.ts';
import { startTestSandbox } from '../test/support/sandbox.ts';
import { criticalMs, type Durations, handOvers, stepDurations, sum, wallMs } from './measures.ts';

export interface ProvisionRound {
  /** The bot, from the request to the run's end, ms. */
  readonly botMs: number;
  /** The longest path through the graph with the durations of the bot's steps. */
  readonly ownPathMs: number;
  /** The longest path with the durations of sequential steps, polled without pause. */
  readonly barePathMs: number;
  /** All steps one after another, in the order of the table, like the sample's commands. */
  readonly sequenceMs: number;
  readonly steps: readonly StepTimes[];
}

export interface StepTimes {
  readonly id: string;
  readonly botMs: number;
  readonly bareMs: number;
  /** From the end of its last dependency to its start. */
  readonly handOverMs: number;
}

/** One run of the bot and one sequence, each in a fresh world with latencies divided by `speed`. */
export async function provisionRound(speed: number): Promise<ProvisionRound> {
  const record = await runTheBot(speed);
  const bare = await runInSequence(speed);
  const own = stepDurations(record);
  const gaps = handOvers(provision.steps, record);
  return {
    botMs: wallMs(record),
    ownPathMs: criticalMs(provision.steps, own),
    barePathMs: criticalMs(provision.steps, bare),
    sequenceMs: sum(Object.values(bare)),
    steps: provision.steps.map(({ id }) => ({
      id,
      botMs: own[id] ?? 0,
      bareMs: bare[id] ?? 0,
      handOverMs: gaps[id] ?? 0,
    })),
  };
}

async function runTheBot(speed: number): Promise<RunRecord> {
  const sandbox = await startTestSandbox({ speed });
  const redis = connectRedis(sandbox.redis.url);
  try {
    const said = await sandbox.say('/llmgw provision --yes', { wait: true });
    const store = createRunStore(redis);
    const [runId = ''] = await store.recent();
    const record = await store.read(runId);
    if (record?.state.status !== 'succeeded') throw new Error(`The run failed:\n${said.text}`);
    return record;
  } finally {
    redis.disconnect();
    await sandbox.stop();
  }
}

/** The same code with the same clients, without engine and pauses, polling every 20 ms. */
async function runInSequence(speed: number): Promise<Durations> {
  const world = await startWorld({ speed });
  const took: Record<string, number> = {};
  try {
    for (const { id } of provision.steps) {
      const from = performance.now();
      await world.run(id);
      took[id] = Math.round(performance.now() - from);
    }
    return took;
  } finally {
    await world.stop();
  }
}
