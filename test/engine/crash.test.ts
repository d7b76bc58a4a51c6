// Crash tests: SIGKILL of workers after journal writes, without lost or repeated work.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { olivia, quickTimings, redisUrl, requestFor, type TestEngine } from '../support/engine.ts';
import { worldEngine } from './fixtures/world-engine.ts';
import { diamond, madeIn, type World } from './fixtures/world.ts';

const engines: TestEngine[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

function diamondEngine(): { engine: TestEngine; world: World } {
  const { engine, world } = worldEngine(diamond);
  engines.push(engine);
  return { engine, world };
}

function mortalWorker({ prefix }: TestEngine, dieAfter: number): ChildProcess {
  const program = fileURLToPath(new URL('./fixtures/mortal-worker.ts', import.meta.url));
  const orders = JSON.stringify({ url: redisUrl(), prefix, dieAfter, timings: quickTimings });
  const child = spawn(process.execPath, [program, orders], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

async function death(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** 1 requested, 4 steps of 4 or 3 events, 1 succeeded. */
const writesOfARun = 16;

describe('kill -9', () => {
  const points = Array.from({ length: writesOfARun }, (_, index) => index + 1);
  const batches = [0, 1, 2, 3].map((batch) => points.filter((point) => point % 4 === batch));

  it.each(batches)(
    'after the journal writes %i, %i, %i and %i',
    { timeout: 90_000 },
    async (...after) => {
      await Promise.all(
        after.map(async (dieAfter) => {
          const { engine, world } = diamondEngine();
          const request = requestFor('build');
          const child = mortalWorker(engine, dieAfter);
          await engine.queues.startRun(request);
          await death(child);
          const atDeath = await engine.store.read(request.runId);
          expect(atDeath?.events).toHaveLength(dieAfter);
          await engine.start();
          const { state, events } = await engine.ended(request.runId, 60_000);
          expect(state.status).toBe('succeeded');
          expect((await madeIn(world)).toSorted()).toEqual(['a', 'b', 'c', 'd']);
          const finished = events.filter((event) => event.type === 'step_finished');
          expect(finished.map(({ step }) => step).toSorted()).toEqual(['a', 'b', 'c', 'd']);
          expect(events.filter(({ type }) => type === 'run_succeeded')).toHaveLength(1);
          // The interrupted step records that another worker resumed it.
          const last = atDeath?.events.at(-1)?.type;
          if (last === 'step_applying' || last === 'step_started') {
            expect(state.resumed?.afterMs).toBeGreaterThanOrEqual(0);
          }
          await expect.poll(() => engine.store.open(), { timeout: 20_000 }).toEqual([]);
          expect(await engine.store.activeRun('default')).toBeUndefined();
        }),
      );
    },
  );

  it('of every worker after a few writes lets the run end', { timeout: 120_000 }, async () => {
    const { engine, world } = diamondEngine();
    const request = requestFor('build');
    await engine.queues.startRun(request);
    const end = engine.ended(request.runId, 100_000);
    let lives = 0;
    let isOver = false;
    while (!isOver) {
      const child = mortalWorker(engine, 5);
      lives += 1;
      isOver = await Promise.race([death(child).then(() => false), end.then(() => true)]);
    }
    expect(lives).toBeGreaterThan(2);
    const { state } = await end;
    expect(state.status).toBe('succeeded');
    expect((await madeIn(world)).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    mortalWorker(engine, 0);
    await expect.poll(() => engine.store.open(), { timeout: 20_000 }).toEqual([]);
    const card = await world.redis.get(`${world.key}:card:${request.runId}`);
    expect(card).toBe(`succeeded ${(await engine.store.read(request.runId))?.events.length}`);
  });
});

describe('the sweeper', () => {
  it('moves a run whose starter died between the journal and the queue', async () => {
    const { engine, world } = diamondEngine();
    const request = requestFor('build');
    await engine.store.create(request, Date.now());
    await engine.start();
    expect((await engine.ended(request.runId)).state.status).toBe('succeeded');
    expect(await madeIn(world)).toHaveLength(4);
  });

  it('ends a run whose worker died before it recorded the end', async () => {
    const { engine } = diamondEngine();
    const created = await engine.store.create(requestFor('build'), Date.now());
    if (created.outcome !== 'created') throw new Error(created.outcome);
    let { record } = created;
    const at = Date.now();
    for (const step of ['a', 'b', 'c', 'd']) {
      for (const event of [
        { at, type: 'step_started', step, epoch: 1 } as const,
        { at, type: 'step_finished', step, changed: true, output: null } as const,
      ]) {
        const appended = await engine.store.append(record, event);
        if (appended.outcome !== 'appended') throw new Error(appended.outcome);
        ({ record } = appended);
      }
    }
    await engine.start();
    const { state } = await engine.ended(record.state.request.runId);
    expect(state.status).toBe('succeeded');
  });

  it('cancels a run whose canceller died before it notified the workers', async () => {
    const { engine } = diamondEngine();
    const created = await engine.store.create(requestFor('build'), Date.now());
    if (created.outcome !== 'created') throw new Error(created.outcome);
    const cancel = { at: 1, type: 'cancel_requested', by: olivia, requestId: 'q' } as const;
    await engine.store.append(created.record, cancel);
    await engine.start();
    const { state } = await engine.ended(created.record.state.request.runId);
    expect(state.status).toBe('cancelled');
  });
});
