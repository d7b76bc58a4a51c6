// Run listeners on real Redis: each subscribed event once, in order, despite failures.
import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../src/kernel/errors.ts';
import { isBeginning, isEnd } from '../../src/engine/listeners.ts';
import type { RunListener, WorkerOptions } from '../../src/engine/worker-options.ts';
import { olivia, requestFor, type TestEngine } from '../support/engine.ts';
import { worldEngine } from './fixtures/world-engine.ts';
import { worldRunbook, worldStep } from './fixtures/world.ts';

const open: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

const steps = [worldStep('a', { looks: 2 }), worldStep('b', { needs: ['a'] })];

async function startedEngine(
  options: Partial<WorkerOptions>,
  runbook = worldRunbook(steps),
): Promise<TestEngine> {
  const { engine } = worldEngine(runbook, options);
  open.push(engine);
  await engine.start();
  return engine;
}

async function closed(engine: TestEngine): Promise<void> {
  await expect.poll(() => engine.store.open(), { timeout: 20_000 }).toEqual([]);
}

/** Records its events. */
function scribe(more: Partial<RunListener> = {}): { heard: string[]; listener: RunListener } {
  const heard: string[] = [];
  const listener: RunListener = {
    wants: (event) => isBeginning(event) || isEnd(event),
    onRunEvent: async (state, event) => {
      heard.push(`${event.type} ${state.status} ${state.epoch}`);
    },
    ...more,
  };
  return { heard, listener };
}

describe('a run listener', () => {
  it('receives each subscribed event once, in order, with its state at that time', async () => {
    const { heard, listener } = scribe();
    const engine = await startedEngine({ listeners: { scribe: listener } });
    await engine.queues.startRun(requestFor('build'));
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(2);
    await closed(engine);
    expect(heard).toEqual(['run_requested requested 1', 'run_succeeded succeeded 1']);
  });

  it('receives a failed run, its retry and its second end as three events', async () => {
    let isBroken = true;
    const step = worldStep('a');
    const breaking: typeof step = {
      ...step,
      apply: async (context) => {
        if (isBroken) throw fail('permanent', 'quota_exceeded', 'There is no quota.');
        await step.apply(context);
      },
    };
    const { heard, listener } = scribe();
    const engine = await startedEngine(
      { listeners: { scribe: listener } },
      worldRunbook([breaking]),
    );
    const { runId, ...rest } = requestFor('build');
    await engine.queues.startRun({ runId, ...rest });
    expect((await engine.ended(runId)).state.status).toBe('failed');
    await closed(engine);
    isBroken = false;
    await engine.queues.retryRun(runId, olivia, 'again');
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(4);
    await closed(engine);
    expect(heard).toEqual([
      'run_requested requested 1',
      'run_failed failed 1',
      'run_retried requested 2',
      'run_succeeded succeeded 2',
    ]);
  });

  it('that fails is retried alone, and the run stays open until it has received the end', async () => {
    const whole = scribe();
    const failing = scribe();
    const release = Promise.withResolvers<void>();
    let calls = 0;
    const engine = await startedEngine({
      listeners: {
        whole: whole.listener,
        failing: {
          ...failing.listener,
          wants: isEnd,
          onRunEvent: async (state, event) => {
            calls += 1;
            if (calls === 1) throw fail('transient', 'unavailable', 'Away.');
            await release.promise;
            await failing.listener.onRunEvent?.(state, event);
          },
        },
      },
    });
    const { runId } = await started(engine);
    await expect.poll(() => calls, { timeout: 20_000 }).toBe(2);
    expect(whole.heard).toHaveLength(2);
    expect(await engine.store.open()).toEqual([runId]);
    release.resolve();
    await closed(engine);
    expect(failing.heard).toEqual(['run_succeeded succeeded 1']);
  });

  it('receives earlier events once a worker knows it', async () => {
    const { heard, listener } = scribe();
    const hold = Promise.withResolvers<void>();
    const held: RunListener = { wants: isEnd, onRunEvent: () => hold.promise };
    const engine = await startedEngine({ listeners: { held } });
    const { runId } = await started(engine);
    await engine.ended(runId);
    // A newer version's worker starts before the run is closed.
    await engine.start({ listeners: { held, scribe: listener } });
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(2);
    hold.resolve();
    await closed(engine);
    expect(heard).toEqual(['run_requested requested 1', 'run_succeeded succeeded 1']);
  });

  it('that follows the card receives no event before the card shows it', async () => {
    const shown: number[] = [];
    const { heard, listener } = scribe({ followsCard: true });
    const tooEarly: string[] = [];
    const engine = await startedEngine({
      renderCard: async ({ events }) => void shown.push(events.length),
      listeners: {
        follower: {
          ...listener,
          onRunEvent: async (state, event) => {
            const { shown: known } = await engine.store.card(state.request.runId);
            const record = await engine.store.read(state.request.runId);
            const place = record?.events.findIndex(({ type }) => type === event.type) ?? 0;
            if (known <= place) tooEarly.push(event.type);
            await listener.onRunEvent?.(state, event);
          },
        },
      },
    });
    await started(engine);
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(2);
    await closed(engine);
    expect(shown.length).toBeGreaterThan(0);
    expect(tooEarly).toEqual([]);
  });
});

async function started(engine: TestEngine): Promise<ReturnType<typeof requestFor>> {
  const request = requestFor('build');
  await engine.queues.startRun(request);
  return request;
}
