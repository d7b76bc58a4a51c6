// The laws that every runbook keeps, as a harness: give it a way to make a world, and it asserts them on the real engine.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { fail, type Json } from '../../src/errors.ts';
import type { RunRecord } from '../../src/runbook/run-store.ts';
import type { Runbook, Step } from '../../src/runbook/step.ts';
import { bindRunbook, type Timings } from '../../src/runbook/worker-options.ts';
import { createTestEngine, newRunId, olivia, requestFor, type TestEngine } from './engine.ts';

/** A runbook together with a fresh world for it to build in. */
export interface RunbookInWorld<Env> {
  readonly runbook: Runbook<Env>;
  env(target: string, input: Json): Promise<Env>;
  readonly target: string;
  readonly input: Json;
  /** What the world holds, without times and generated ids: two worlds that are as wanted compare equal. */
  snapshot(): Promise<unknown>;
  /** How many writes the world has taken so far. */
  writes(): Promise<number>;
  close(): Promise<void>;
}

export interface LawOptions<Env> {
  make(): Promise<RunbookInWorld<Env>>;
  /** The longest that one run may take, ms. */
  readonly runMs?: number;
  /** Steps that the world may have brought about before their turn comes: nothing need fail in their apply. */
  readonly mayBeDone?: readonly string[];
  /** Where steps are heavy, a slow machine must not lose their jobs. */
  readonly timings?: Partial<Timings>;
}

type Change<Env> = (step: Step<Env>) => Step<Env>;

/** Declares one test a law: (i) success, (ii) apply twice, (iii) fail and retry, (vi) as wanted already, (vii) deadlines. */
export function describeRunbookLaws<Env>(name: string, options: LawOptions<Env>): void {
  const { runMs = 60_000, mayBeDone = [], timings = {} } = options;
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).toReversed()) await one.close();
  });

  const inWorld = async (): Promise<RunbookInWorld<Env>> => {
    const world = await options.make();
    open.push(world);
    return world;
  };

  const start = async (
    world: RunbookInWorld<Env>,
    change: Change<Env> = (step) => step,
  ): Promise<Started> => {
    const runbook = { ...world.runbook, steps: world.runbook.steps.map(change) };
    const bound = bindRunbook(runbook, (target, input) => world.env(target, input));
    const engine = createTestEngine({ runbooks: { [runbook.name]: bound }, timings });
    open.push(engine);
    await engine.start();
    const runId = newRunId(runbook.name);
    const { target, input } = world;
    await engine.queues.startRun(requestFor(runbook.name, { runId, target, input }));
    return { engine, runId, record: await engine.ended(runId, runMs) };
  };

  let whole: Promise<Whole<Env>> | undefined;
  /** One world that a run has gone through undisturbed; the laws compare others with it. */
  const wholeWorld = (): Promise<Whole<Env>> =>
    (whole ??= (async () => {
      const world = await options.make();
      closeWhole = () => world.close();
      const { record } = await start(world);
      return { world, record, snapshot: await world.snapshot() };
    })());
  let closeWhole = (): Promise<void> => Promise.resolve();
  afterAll(() => closeWhole());

  /** Retries until the run succeeds; `each` looks at every failure. */
  const retryToTheEnd = async (
    { engine, runId, record }: Started,
    each: (record: RunRecord) => void,
  ): Promise<RunRecord> => {
    let now = record;
    while (now.state.status === 'failed') {
      each(now);
      const { epoch } = now.state;
      await engine.queues.retryRun(runId, olivia, `again-${epoch}`);
      await expect.poll(async () => (await engine.store.read(runId))?.state.epoch).toBe(epoch + 1);
      now = await engine.ended(runId, runMs);
    }
    expectSuccess(now);
    return now;
  };

  describe(`${name} keeps the runbook laws`, { timeout: runMs * 4 }, () => {
    it('(i) it succeeds, every step finished', async () => {
      const { world, record } = await wholeWorld();
      expectSuccess(record);
      expect(Object.keys(record.state.steps).toSorted()).toEqual(idsOf(world));
    });

    it('(ii) every apply twice changes nothing more', async () => {
      const once = await wholeWorld();
      const twice = await inWorld();
      const { record } = await start(twice, (step) => ({
        ...step,
        apply: async (context) => {
          await step.apply(context);
          await step.apply(context);
        },
      }));
      expectSuccess(record);
      expect(await twice.snapshot()).toEqual(once.snapshot);
    });

    it('(iii) a failure at each step stops there and says why, and retry completes', async () => {
      const undisturbed = await wholeWorld();
      const world = await inWorld();
      const started = await start(world, failingOnce());
      const failed = new Set<string>();
      await retryToTheEnd(started, (record) => {
        for (const [id, step] of Object.entries(record.state.steps)) {
          if (step.status !== 'failed') continue;
          expect(step.fault).toMatchObject({
            kind: 'permanent',
            code: 'law_iii',
            message: `No ${id}.`,
          });
          failed.add(id);
        }
        expectNothingAfterFailure(world.runbook, record);
      });
      expectEach(world, failed, mayBeDone);
      expect(await world.snapshot()).toEqual(undisturbed.snapshot);
    });

    it('(vi) a world that is as wanted is not written to', async () => {
      const { world, snapshot } = await wholeWorld();
      const writes = await world.writes();
      const { record } = await start(world);
      expectSuccess(record);
      const changed = Object.entries(record.state.steps).filter(
        ([, step]) => step.changed !== false,
      );
      expect(changed.map(([id]) => id)).toEqual([]);
      expect(await world.writes()).toBe(writes);
      expect(await world.snapshot()).toEqual(snapshot);
    });

    it('(vii) a wait that never comes ends at its deadline with the last thing seen', async () => {
      const world = await inWorld();
      const seen = new Map<string, 'late' | 'past'>();
      const started = await start(world, lateOnce(seen));
      await retryToTheEnd(started, (record) => {
        for (const [id, step] of Object.entries(record.state.steps)) {
          if (step.status !== 'failed') continue;
          expect(step.fault).toMatchObject({ kind: 'deadline', code: 'wait_deadline' });
          expect(step.fault?.message).toContain(`no sign of ${id}`);
          seen.set(id, 'past');
        }
      });
      expectEach(world, new Set(seen.keys()), mayBeDone);
    });
  });
}

interface Whole<Env> {
  readonly world: RunbookInWorld<Env>;
  readonly record: RunRecord;
  readonly snapshot: unknown;
}

interface Started {
  readonly engine: TestEngine;
  readonly runId: string;
  readonly record: RunRecord;
}

/** Every step's first apply fails. */
function failingOnce<Env>(): Change<Env> {
  const done = new Set<string>();
  return (step) => ({
    ...step,
    apply: (context) => {
      if (done.has(step.id)) return step.apply(context);
      done.add(step.id);
      return Promise.reject(fail('permanent', 'law_iii', `No ${step.id}.`, { next: 'Try again.' }));
    },
  });
}

/** Every step's first wait sees nothing, and then its deadline is over, however long the step's own is. */
function lateOnce<Env>(seen: Map<string, 'late' | 'past'>): Change<Env> {
  return (step) => ({
    ...step,
    get deadlineMs() {
      return seen.get(step.id) === 'late' ? 1 : step.deadlineMs;
    },
    wait: (context) => {
      if (seen.has(step.id)) return step.wait(context);
      seen.set(step.id, 'late');
      return Promise.resolve({ state: 'notYet', seen: `no sign of ${step.id}` });
    },
  });
}

function idsOf<Env>({ runbook }: RunbookInWorld<Env>): string[] {
  return runbook.steps.map(({ id }) => id).toSorted();
}

/** The law was tried on every step, but perhaps not on those that may be done already. */
function expectEach<Env>(
  world: RunbookInWorld<Env>,
  tried: ReadonlySet<string>,
  mayBeDone: readonly string[],
): void {
  const isTried = (id: string): boolean => tried.has(id) || mayBeDone.includes(id);
  expect(idsOf(world).filter((id) => !isTried(id))).toEqual([]);
}

function expectSuccess({ state }: RunRecord): void {
  const faults = Object.values(state.steps).flatMap(({ fault }) =>
    fault === undefined ? [] : [fault],
  );
  expect({ status: state.status, faults }).toEqual({ status: 'succeeded', faults: [] });
}

/** No step may have begun whose needs are not all finished. */
function expectNothingAfterFailure<Env>(runbook: Runbook<Env>, { state }: RunRecord): void {
  for (const { id, needs } of runbook.steps) {
    const hasUnfinishedNeed = needs.some((need) => state.steps[need]?.status !== 'finished');
    if (hasUnfinishedNeed) expect(state.steps[id]?.status ?? 'pending').toBe('pending');
  }
}
