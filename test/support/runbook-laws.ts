// Runbook laws as a harness: assertions on the real engine for any world.
import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../src/kernel/errors.ts';
import type { RunRecord } from '../../src/engine/run-store.ts';
import type { Runbook } from '../../src/engine/step.ts';
import { bindRunbook, type Timings } from '../../src/engine/worker-options.ts';
import { createTestEngine, newRunId, olivia, requestFor, type TestEngine } from './engine.ts';
import { brokenText, type Change, failingAt, failingOnce, lateOnce, twice } from './law-changes.ts';
import {
  expectEach,
  expectNothingAfterFailure,
  expectSuccess,
  failuresIn,
  idsInOrder,
  idsOf,
} from './law-expectations.ts';
import { keyOfLine } from './mortal-orders.ts';
import { runAmongDeaths } from './mortal-run.ts';

/** A runbook together with a fresh world for it to build in. */
export interface RunbookInWorld<Env> {
  readonly runbook: Runbook<Env>;
  env(target: string, input: Json): Promise<Env>;
  readonly target: string;
  readonly input: Json;
  /** Content of the world without times and generated ids: two worlds in sync compare equal. */
  snapshot(): Promise<unknown>;
  /** Number of writes to the world so far. */
  writes(): Promise<number>;
  /** For law (iv): remaining resources that are billable or have the bot's label. */
  left?(): Promise<readonly string[]>;
  /** For law (v): starts a process that waits for orders and exits accordingly. */
  mortal?(): ChildProcess;
  close(): Promise<void>;
}

export type Law = 'i' | 'ii' | 'iii' | 'iv' | 'v' | 'vi' | 'vii';

export interface LawOptions<Env> {
  make(): Promise<RunbookInWorld<Env>>;
  /** By default, the laws that need only a world. */
  readonly laws?: readonly Law[];
  /** The longest that one run may take, ms. */
  readonly runMs?: number;
  /** Steps that may be done before their turn: their apply need not fail. */
  readonly mayBeDone?: readonly string[];
  /** Where steps are heavy, a slow machine must not lose their jobs. */
  readonly timings?: Partial<Timings>;
  /** For law (iv): removes the resources of the runbook. */
  readonly teardown?: Runbook<Env>;
  /** For law (v): journal writes between two deaths. */
  readonly stride?: number;
}

const always: readonly Law[] = ['i', 'ii', 'iii', 'vi', 'vii'];

/** Declares one test per law, with the numbers of the architecture. */
export function describeRunbookLaws<Env>(name: string, options: LawOptions<Env>): void {
  const { laws = always, runMs = 60_000, mayBeDone = [], timings = {}, stride = 1 } = options;
  const law = (which: Law, says: string, holds: () => Promise<void>): void => {
    if (laws.includes(which)) it(`(${which}) ${says}`, holds);
  };
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).toReversed()) await one.close();
  });

  const inWorld = async (): Promise<RunbookInWorld<Env>> => {
    const world = await options.make();
    open.push(world);
    return world;
  };

  /** An engine with the world's changed runbook, and with its teardown. */
  const engineFor = async (
    world: RunbookInWorld<Env>,
    change: Change<Env> = (step) => step,
  ): Promise<TestEngine> => {
    const { teardown } = options;
    const changed = changeSteps(world.runbook, change);
    const bind = (runbook: Runbook<Env>) =>
      bindRunbook(runbook, (target, input) => world.env(target, input));
    const runbooks = {
      ...(teardown === undefined ? {} : { [teardown.name]: bind(teardown) }),
      [changed.name]: bind(changed),
    };
    const engine = createTestEngine({ runbooks, timings });
    open.push(engine);
    await engine.start();
    return engine;
  };

  const run = async (
    engine: TestEngine,
    { runbook, target, input }: Pick<RunbookInWorld<Env>, 'runbook' | 'target' | 'input'>,
  ): Promise<RunRecord> => {
    const runId = newRunId(runbook.name);
    await engine.queues.startRun(requestFor(runbook.name, { runId, target, input }));
    return engine.ended(runId, runMs);
  };

  let whole: Promise<Whole<Env>> | undefined;
  /** One world after an undisturbed run; the laws compare others with it. */
  const wholeWorld = (): Promise<Whole<Env>> =>
    (whole ??= (async () => {
      const world = await options.make();
      closeWhole = () => world.close();
      const record = await run(await engineFor(world), world);
      return { world, record, snapshot: await world.snapshot() };
    })());
  let closeWhole = (): Promise<void> => Promise.resolve();
  afterAll(() => closeWhole());

  /** Retries until the run succeeds; `each` checks every failure. */
  const retryToTheEnd = async (
    engine: TestEngine,
    first: RunRecord,
    each: (record: RunRecord) => void,
  ): Promise<void> => {
    const { runId } = first.state.request;
    let now = first;
    while (now.state.status === 'failed') {
      each(now);
      const { epoch } = now.state;
      await engine.queues.retryRun(runId, olivia, `again-${epoch}`);
      await expect.poll(async () => (await engine.store.read(runId))?.state.epoch).toBe(epoch + 1);
      now = await engine.ended(runId, runMs);
    }
    expectSuccess(now);
  };

  /** A teardown's own law (iv): each run that fails is followed by another, not by its retry. */
  const tearDownAnew = async (
    world: RunbookInWorld<Env>,
    left: () => Promise<readonly string[]>,
  ): Promise<void> => {
    const engine = await engineFor(world, failingOnce('after'));
    const failed = new Set<string>();
    let record = await run(engine, world);
    while (record.state.status === 'failed') {
      for (const id of failuresIn(record)) failed.add(id);
      record = await run(engine, world);
    }
    expectSuccess(record);
    expectEach(world, failed, mayBeDone);
    expect(await left()).toEqual([]);
  };

  describe(`${name} keeps the runbook laws`, { timeout: runMs * 4 }, () => {
    law('i', 'it succeeds, every step finished', async () => {
      const { world, record } = await wholeWorld();
      expectSuccess(record);
      expect(Object.keys(record.state.steps).toSorted()).toEqual(idsOf(world));
    });

    law('ii', 'every apply twice changes nothing more', async () => {
      const once = await wholeWorld();
      const world = await inWorld();
      expectSuccess(await run(await engineFor(world, twice()), world));
      expect(await world.snapshot()).toEqual(once.snapshot);
    });

    law('iii', 'a failure at each step stops there and says why, and retry completes', async () => {
      const undisturbed = await wholeWorld();
      const world = await inWorld();
      const engine = await engineFor(world, failingOnce('before'));
      const failed = new Set<string>();
      await retryToTheEnd(engine, await run(engine, world), (record) => {
        for (const id of failuresIn(record)) {
          expect(record.state.steps[id]?.fault).toMatchObject({
            kind: 'permanent',
            code: 'rejected',
            message: brokenText(id),
          });
          failed.add(id);
        }
        expectNothingAfterFailure(world, record);
      });
      expectEach(world, failed, mayBeDone);
      expect(await world.snapshot()).toEqual(undisturbed.snapshot);
    });

    law('iv', 'a failure at each step, and a teardown leaves a clean slate', async () => {
      const world = await inWorld();
      const { teardown } = options;
      if (teardown === undefined || world.left === undefined) throw new Error('What is clean?');
      if (teardown === world.runbook) return tearDownAnew(world, world.left);
      let at: string | undefined;
      const engine = await engineFor(
        world,
        failingAt(() => at),
      );
      for (at of idsInOrder(world)) {
        expect({ at, failed: failuresIn(await run(engine, world)) }).toEqual({ at, failed: [at] });
        expectSuccess(await run(engine, { ...world, runbook: teardown, input: {} }));
        expect({ at, left: await world.left() }).toEqual({ at, left: [] });
      }
    });

    law(
      'v',
      'killed with -9 after journal writes, it goes on, and nothing is doubled',
      async () => {
        const undisturbed = await wholeWorld();
        const world = await inWorld();
        const { runbook, target, input, mortal } = world;
        if (mortal === undefined) throw new Error('Nobody is there to die.');
        const engine = createTestEngine({ runbooks: {} });
        open.push(engine);
        const runId = newRunId(runbook.name);
        await engine.queues.startRun(requestFor(runbook.name, { runId, target, input }));
        const lifeMs = runMs;
        const { record, deaths } = await runAmongDeaths({
          engine,
          runId,
          stride,
          start: mortal,
          lifeMs,
        });
        expectSuccess(record);
        // Each step writes at least its start and its end.
        expect(deaths.length).toBeGreaterThanOrEqual(
          Math.floor((idsOf(world).length * 2) / stride),
        );
        const finished = record.events.filter(({ type }) => type === 'step_finished');
        expect(finished.map(keyOfLine).toSorted()).toEqual(
          idsOf(world).map((id) => `step_finished ${id}`),
        );
        expect(await world.snapshot()).toEqual(undisturbed.snapshot);
      },
    );

    law('vi', 'a world that is as wanted is not written to', async () => {
      const { world, snapshot } = await wholeWorld();
      const writes = await world.writes();
      const record = await run(await engineFor(world), world);
      expectSuccess(record);
      const changed = Object.entries(record.state.steps).filter(
        ([, step]) => step.changed !== false,
      );
      expect(changed.map(([id]) => id)).toEqual([]);
      expect(await world.writes()).toBe(writes);
      expect(await world.snapshot()).toEqual(snapshot);
    });

    law(
      'vii',
      'a wait that never comes ends at its deadline with the last thing seen',
      async () => {
        const world = await inWorld();
        const seen = new Map<string, 'late' | 'past'>();
        const engine = await engineFor(world, lateOnce(seen));
        await retryToTheEnd(engine, await run(engine, world), (record) => {
          for (const id of failuresIn(record)) {
            const fault = record.state.steps[id]?.fault;
            expect(fault).toMatchObject({ kind: 'deadline', code: 'wait_deadline' });
            expect(fault?.message).toContain(`no sign of ${id}`);
            seen.set(id, 'past');
          }
        });
        expectEach(world, new Set(seen.keys()), mayBeDone);
      },
    );
  });
}

interface Whole<Env> {
  readonly world: RunbookInWorld<Env>;
  readonly record: RunRecord;
  readonly snapshot: unknown;
}

function changeSteps<Env>(runbook: Runbook<Env>, change: Change<Env>): Runbook<Env> {
  const { steps, variants = [] } = runbook;
  return {
    ...runbook,
    steps: steps.map(change),
    variants: variants.map((variant) => ({ ...variant, steps: variant.steps.map(change) })),
  };
}
