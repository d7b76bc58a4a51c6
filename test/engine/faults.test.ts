// Faults in steps: retries, deadlines, refusals, bugs and cancels.
import { afterEach, describe, expect, it } from 'vitest';
import { type Fault, fail, toFault } from '../../src/kernel/errors.ts';
import type { RunRecord } from '../../src/engine/run-store.ts';
import type { Step } from '../../src/engine/step.ts';
import { retryPolicies } from '../../src/engine/retry-policies.ts';
import { replay } from '../../src/engine/run-state.ts';
import { bindRunbook, type Timings } from '../../src/engine/worker-options.ts';
import { alice, createTestEngine, requestFor, type TestEngine } from '../support/engine.ts';
import { worldEngine } from './fixtures/world-engine.ts';
import {
  countsIn,
  failNext,
  madeIn,
  type World,
  worldRunbook,
  worldStep,
} from './fixtures/world.ts';

const open: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

interface Running {
  readonly engine: TestEngine;
  readonly world: World;
  readonly runId: string;
}

/** Starts one run of the steps; `before` may prepare the world. */
async function run(
  steps: readonly Step<World>[],
  before: (world: World) => Promise<void> = () => Promise.resolve(),
  timings: Partial<Timings> = {},
): Promise<Running> {
  const { engine, world } = worldEngine(worldRunbook(steps), { timings });
  open.push(engine);
  await before(world);
  await engine.start();
  const request = requestFor('build');
  await engine.queues.startRun(request);
  return { engine, world, runId: request.runId };
}

const busy: Fault = { kind: 'transient', code: 'unavailable', message: 'The service is away.' };
const denied: Fault = {
  kind: 'permanent',
  code: 'denied',
  message: 'May not.',
  next: 'Grant it.',
};

const count = ({ events }: RunRecord, type: string): number =>
  events.filter((event) => event.type === type).length;

describe('a transient fault', () => {
  it.each(['check', 'apply', 'wait', 'verify'])('in %s is retried, visibly', async (phase) => {
    const { engine, runId, world } = await run([worldStep('a')], (made) =>
      failNext(made, `${phase}:a`, busy, 2),
    );
    const record = await engine.ended(runId);
    expect(record.state.status).toBe('succeeded');
    const tries = record.events.flatMap((event) =>
      event.type === 'step_retrying' ? [[event.phase, event.attempt]] : [],
    );
    expect(tries).toEqual([
      [phase, 1],
      [phase, 2],
    ]);
    expect(await madeIn(world)).toEqual(['a']);
    expect(record.state.steps['a']?.fault).toBeUndefined();
  });

  it('becomes permanent when the attempts of its policy are used up', async () => {
    const { attempts } = retryPolicies.cloud;
    const { engine, runId } = await run(
      [worldStep('a')],
      (world) => failNext(world, 'apply:a', busy, attempts + 5),
      { paceFactor: 0.0002 },
    );
    const record = await engine.ended(runId);
    expect(record.state.status).toBe('failed');
    expect(count(record, 'step_retrying')).toBe(attempts - 1);
    expect(record.state.steps['a']?.fault).toMatchObject({
      kind: 'permanent',
      code: 'unavailable',
      cause: busy,
    });
  });

  const lasting: Fault = { ...busy, code: 'busy', untilDeadline: true };

  it('that lasts for minutes is retried beyond the attempts of its policy', async () => {
    const times = retryPolicies.cloud.attempts + 10;
    const { engine, runId } = await run(
      [worldStep('a')],
      (world) => failNext(world, 'apply:a', lasting, times),
      { paceFactor: 0.0002 },
    );
    const { events, state } = await engine.ended(runId);
    expect(state.status).toBe('succeeded');
    const tries = events.filter(({ type }) => type === 'step_retrying');
    expect(tries).toHaveLength(times);
    const during = replay(events.slice(0, events.indexOf(tries.at(-1) ?? expect.fail()) + 1));
    expect(during?.steps['a']).toMatchObject({
      phase: 'retry',
      attempt: times,
      retryingSince: tries[0]?.at,
    });
  });

  it('that lasts for minutes ends at the deadline of its step, with its message', async () => {
    const { engine, runId } = await run([worldStep('a', { deadlineMs: 3_000 })], (world) =>
      failNext(world, 'apply:a', { ...lasting, message: 'Operation 7 is at work.' }, 900),
    );
    const { state } = await engine.ended(runId);
    expect(state.steps['a']?.fault).toMatchObject({
      kind: 'deadline',
      code: 'wait_deadline',
      details: { lastSeen: 'Operation 7 is at work.' },
      cause: { code: 'busy' },
    });
  });

  it('that lasts for minutes does not delay a cancel', async () => {
    const { engine, runId } = await run([worldStep('a')], (world) =>
      failNext(world, 'apply:a', { ...lasting, retryAfterMs: 600_000 }, 2),
    );
    const phase = async () => (await engine.store.read(runId))?.state.steps['a']?.phase;
    await expect.poll(phase).toBe('retry');
    await engine.queues.cancelRun(runId, alice, 'q1');
    expect((await engine.ended(runId)).state.status).toBe('cancelled');
  });

  it('is retried only briefly once another step has failed, because the run ends', async () => {
    const steps = [worldStep('a'), worldStep('b', { retry: 'patient' })];
    const { engine, runId } = await run(steps, async (world) => {
      await failNext(world, 'apply:a', denied);
      await failNext(world, 'apply:b', busy, 500);
    });
    const record = await engine.ended(runId);
    expect(record.state.status).toBe('failed');
    expect(record.state.steps['a']).toMatchObject({ status: 'failed', fault: denied });
    expect(record.state.steps['b']).toMatchObject({ status: 'failed', fault: { cause: busy } });
    expect(count(record, 'step_retrying')).toBeLessThan(10);
  });

  it('is not retried before the time that the service requested', async () => {
    const { engine, runId } = await run([worldStep('a')], (world) =>
      failNext(world, 'apply:a', { ...busy, retryAfterMs: 700 }),
    );
    const record = await engine.ended(runId);
    const retrying = record.events.find((event) => event.type === 'step_retrying');
    if (retrying?.type !== 'step_retrying') throw new Error('no retry in the journal');
    expect(retrying.until - retrying.at).toBeGreaterThanOrEqual(690);
    const applied = record.events.filter((event) => event.type === 'step_applying').at(-1);
    expect(applied?.at).toBeGreaterThanOrEqual(retrying.until);
  });
});

describe('a failure', () => {
  it.each(['check', 'apply', 'wait', 'verify'])(
    'in %s stops the run there with its fault, and retry completes it',
    async (phase) => {
      const { engine, runId, world } = await run(
        [worldStep('a'), worldStep('b', { needs: ['a'] }), worldStep('c', { needs: ['b'] })],
        (made) => failNext(made, `${phase}:b`, denied),
      );
      const failed = await engine.ended(runId);
      expect(failed.state.status).toBe('failed');
      expect(failed.state.steps['b']).toMatchObject({ status: 'failed', fault: denied });
      expect(failed.state.steps['c']).toBeUndefined();
      expect(await engine.store.activeRun('default')).toBeUndefined();
      await engine.queues.retryRun(runId, alice, 'q1');
      await expect.poll(async () => (await engine.store.read(runId))?.state.epoch).toBe(2);
      const record = await engine.ended(runId);
      expect(record.state).toMatchObject({ status: 'succeeded', retriedBy: alice });
      expect(await madeIn(world)).toEqual(['a', 'b', 'c']);
      expect((await countsIn(world))['check:a']).toBe('1');
      // The retry verifies applied changes too, even when check finds them in sync.
      expect(record.state.steps['b']?.output).toMatchObject({ proven: true });
    },
  );

  it('lets started steps continue and starts no other', async () => {
    const { engine, runId } = await run([
      worldStep('a'),
      { ...worldStep('b'), check: () => Promise.reject(fail('permanent', 'denied', 'May not.')) },
      worldStep('c', { looks: 8 }),
      worldStep('d', { needs: ['c'] }),
    ]);
    const { state } = await engine.ended(runId);
    expect(state.status).toBe('failed');
    expect(state.steps['c']?.status).toBe('finished');
    expect(state.steps['d']).toBeUndefined();
  });

  it('of an unexpected kind is a bug', async () => {
    const odd: Step<World> = {
      ...worldStep('a'),
      apply: () => Promise.reject(new TypeError('odd')),
    };
    const { engine, runId } = await run([odd]);
    const { state } = await engine.ended(runId);
    expect(state.steps['a']?.fault).toMatchObject({ kind: 'bug', message: 'TypeError: odd' });
  });

  it('of the env is attributed to the step', async () => {
    const env = (): Promise<World> => Promise.reject(fail('permanent', 'no_credentials', 'None.'));
    const runbooks = { build: bindRunbook(worldRunbook([worldStep('a')]), env) };
    const engine = createTestEngine({ runbooks });
    open.push(engine);
    await engine.start();
    const request = requestFor('build');
    await engine.queues.startRun(request);
    const { state } = await engine.ended(request.runId);
    expect(state.steps['a']?.fault).toMatchObject({ code: 'no_credentials' });
  });

  it('is reported by a check that refuses, before anything is applied', async () => {
    const { fault } = fail('refused', 'failed_precondition', 'Billing is off.', {
      next: 'Turn it on.',
    });
    const step: Step<World> = {
      ...worldStep('a'),
      check: () => Promise.resolve({ state: 'refused', why: fault }),
    };
    const { engine, runId, world } = await run([step]);
    const { state } = await engine.ended(runId);
    expect(state.steps['a']?.fault).toEqual(fault);
    expect(await madeIn(world)).toEqual([]);
  });
});

describe('a deadline', () => {
  /** The deadline passes once `call` was made twice, on any machine. */
  const dueAfterTwo = (step: Step<World>, phase: 'wait' | 'verify'): Step<World> => {
    let calls = 0;
    const call = step[phase];
    return {
      ...step,
      get deadlineMs() {
        return calls >= 2 ? 1 : 3_600_000;
      },
      [phase]: (context: Parameters<Step<World>['wait']>[0]) => {
        calls += 1;
        return call?.(context);
      },
    };
  };

  it('ends a wait that never completes, with the last observation', async () => {
    const step = dueAfterTwo(worldStep('a', { looks: 1_000_000 }), 'wait');
    const { engine, runId } = await run([step]);
    const { state } = await engine.ended(runId);
    expect(state.steps['a']?.seen).toBe('a is 2 of 1000000');
    expect(state.steps['a']?.fault).toMatchObject({
      kind: 'deadline',
      code: 'wait_deadline',
      details: { lastSeen: 'a is 2 of 1000000' },
    });
    expect(state.steps['a']?.fault?.message).toContain('last status: a is 2 of 1000000');
  });

  it('ends a step whose faults stay transient, with the last fault', async () => {
    const step = dueAfterTwo(worldStep('a', { retry: 'patient' }), 'verify');
    const { engine, runId } = await run([step], (world) => failNext(world, 'verify:a', busy, 9));
    const { state } = await engine.ended(runId);
    expect(state.steps['a']?.fault).toMatchObject({ code: 'wait_deadline', cause: busy });
    expect(state.steps['a']?.fault?.message).toContain(busy.message);
  });

  it('aborts a phase that hangs, even one that ignores its signal', async () => {
    const deaf: Step<World> = {
      ...worldStep('a', { deadlineMs: 3_000 }),
      apply: () => new Promise(() => undefined),
    };
    const { engine, runId } = await run([deaf]);
    const { state } = await engine.ended(runId);
    expect(state.steps['a']?.fault).toMatchObject({
      code: 'wait_deadline',
      details: { phase: 'apply' },
    });
  });
});

describe('a cancel', () => {
  const phases = ['check', 'apply', 'wait', 'verify'] as const;
  it.each(phases)('aborts a running %s and leaves the rest undone', async (phase) => {
    const hanging: Step<World> = {
      ...worldStep('b', { needs: ['a'] }),
      [phase]: async ({ env, signal }: Parameters<Step<World>['apply']>[0]) => {
        await env.redis.incr(`${env.key}:hanging`);
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      },
    };
    const steps = [worldStep('a'), hanging, worldStep('c', { needs: ['b'] })];
    const { engine, runId, world } = await run(steps);
    await expect.poll(() => world.redis.get(`${world.key}:hanging`)).toBe('1');
    await engine.queues.cancelRun(runId, alice, 'q1');
    const { state } = await engine.ended(runId);
    expect(state).toMatchObject({ status: 'cancelled', cancelledBy: alice });
    expect(state.steps['a']?.status).toBe('finished');
    expect(state.steps['b']?.status).toBe('cancelled');
    expect(state.steps['c']).toBeUndefined();
    expect(await engine.store.activeRun('default')).toBeUndefined();
  });

  it('is not reported as a refusal by a check that returns refusals', async () => {
    const listening: Step<World> = {
      ...worldStep('a'),
      check: async ({ env, signal }) => {
        await env.redis.incr(`${env.key}:hanging`);
        const reason = await new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
        });
        const why = toFault(reason);
        if (why.kind === 'refused') return { state: 'refused', why };
        throw reason;
      },
    };
    const { engine, runId, world } = await run([listening]);
    await expect.poll(() => world.redis.get(`${world.key}:hanging`)).toBe('1');
    await engine.queues.cancelRun(runId, alice, 'q1');
    const { state } = await engine.ended(runId);
    expect(state.steps['a']?.status).toBe('cancelled');
  });

  it('wakes a step that sleeps until its next attempt', async () => {
    const { engine, runId } = await run([worldStep('a')], (world) =>
      failNext(world, 'apply:a', { ...busy, retryAfterMs: 3_600_000 }),
    );
    await expect
      .poll(async () => (await engine.store.read(runId))?.state.steps['a']?.phase)
      .toBe('retry');
    await engine.queues.cancelRun(runId, alice, 'q1');
    expect((await engine.ended(runId)).state.status).toBe('cancelled');
  });

  it('can be followed by a retry, which a late delivery of the cancel does not stop', async () => {
    const { engine, runId } = await run([worldStep('a', { looks: 30 })]);
    await expect
      .poll(async () => (await engine.store.read(runId))?.state.steps['a']?.phase)
      .toBe('wait');
    await engine.queues.cancelRun(runId, alice, 'q1');
    await engine.ended(runId);
    await engine.queues.retryRun(runId, alice, 'q2');
    await expect.poll(async () => (await engine.store.read(runId))?.state.epoch).toBe(2);
    await engine.queues.cancelRun(runId, alice, 'q1');
    await engine.queues.retryRun(runId, alice, 'q2');
    const { state } = await engine.ended(runId);
    expect(state).toMatchObject({ status: 'succeeded', epoch: 2 });
    expect(engine.refused).toEqual([]);
  });

  it('and a retry are refused with a reason when the run has ended or is unknown', async () => {
    const { engine, runId } = await run([worldStep('a')]);
    await engine.ended(runId);
    await engine.queues.cancelRun(runId, alice, 'q1');
    await engine.queues.retryRun(runId, alice, 'q2');
    await engine.queues.cancelRun('nobody-knows', alice, 'q3');
    await expect
      .poll(() => engine.refused.map(({ fault }) => fault.code).toSorted())
      .toEqual(['already_ended', 'already_ended', 'unknown_run']);
  });
});
