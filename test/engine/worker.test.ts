// Engine on real Redis: a run from command to end, exactly once.
import { afterEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/engine/run-store.ts';
import type { Runbook } from '../../src/engine/step.ts';
import { alice, olivia, requestFor, type TestEngine } from '../support/engine.ts';
import { worldEngine } from './fixtures/world-engine.ts';
import {
  countsIn,
  diamond,
  madeIn,
  type World,
  worldRunbook,
  worldStep,
} from './fixtures/world.ts';

const open: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

function engineFor(runbook: Runbook<World>): { engine: TestEngine; world: World } {
  const made = worldEngine(runbook);
  open.push(made.engine);
  return made;
}

const typesOf = ({ events }: RunRecord): string[] =>
  events.map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type));

describe('a run', () => {
  it('takes every step through its phases and passes outputs on', async () => {
    const { engine, world } = engineFor(worldRunbook([worldStep('a', { looks: 2 })]));
    await engine.start();
    const request = requestFor('build');
    await engine.queues.startRun(request);
    const record = await engine.ended(request.runId);
    expect(typesOf(record)).toEqual([
      'run_requested',
      'step_started a',
      'step_applying a',
      'step_saw a',
      'step_finished a',
      'run_succeeded',
    ]);
    expect(record.state.steps['a']).toMatchObject({
      changed: true,
      output: { id: 'a', proven: true },
    });
    expect(await madeIn(world)).toEqual(['a']);
    expect(await engine.store.activeRun('default')).toBeUndefined();
  });

  it('runs independent steps at the same time and dependent ones after', async () => {
    // b can only become ready while c waits too, and vice versa.
    const meet = (id: string, other: string): ReturnType<typeof worldStep> => ({
      ...worldStep(id, { needs: ['a'] }),
      wait: async ({ env }) => {
        await env.redis.sadd(`${env.key}:here`, id);
        const isMet = (await env.redis.sismember(`${env.key}:here`, other)) === 1;
        return isMet ? { state: 'ready' } : { state: 'notYet', seen: `${other} is not here` };
      },
    });
    const { engine, world } = engineFor(
      worldRunbook([
        worldStep('a'),
        meet('b', 'c'),
        meet('c', 'b'),
        worldStep('d', { needs: ['b', 'c'] }),
      ]),
    );
    await engine.start();
    const request = requestFor('build');
    await engine.queues.startRun(request);
    const record = await engine.ended(request.runId);
    expect(record.state.status).toBe('succeeded');
    const made = await madeIn(world);
    expect(made.at(0)).toBe('a');
    expect(made.at(-1)).toBe('d');
    expect(made.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('writes nothing when the world is in sync', async () => {
    const { engine, world } = engineFor(diamond);
    await engine.start();
    const first = requestFor('build');
    await engine.queues.startRun(first);
    await engine.ended(first.runId);
    const second = requestFor('build');
    await engine.queues.startRun(second);
    const record = await engine.ended(second.runId);
    const changed = Object.values(record.state.steps).map((step) => step.changed);
    expect(changed).toEqual([false, false, false, false]);
    expect(await madeIn(world)).toHaveLength(4);
    expect((await countsIn(world))['apply:a']).toBe('1');
  });

  it('starts once, however often the command is delivered', async () => {
    const { engine } = engineFor(diamond);
    await engine.start();
    const request = requestFor('build');
    await Promise.all([engine.queues.startRun(request), engine.queues.startRun(request)]);
    await engine.ended(request.runId);
    await engine.queues.startRun(request);
    const next = requestFor('build');
    await engine.queues.startRun(next);
    await engine.ended(next.runId);
    const record = await engine.store.read(request.runId);
    expect(record?.events.filter(({ type }) => type === 'run_requested')).toHaveLength(1);
    expect(record?.state.status).toBe('succeeded');
    expect(engine.refused).toEqual([]);
  });

  it('is refused once, with the id of the active run, while another run holds the gateway', async () => {
    const never = worldRunbook([worldStep('a', { looks: 1_000_000 })]);
    const { engine } = engineFor(never);
    await engine.start();
    const first = requestFor('build');
    await engine.queues.startRun(first);
    await expect.poll(() => engine.store.activeRun('default')).toBe(first.runId);
    const second = { ...requestFor('build'), by: alice };
    await engine.queues.startRun(second);
    await expect.poll(() => engine.refused.length).toBe(1);
    expect(engine.refused[0]).toMatchObject({
      of: second,
      fault: {
        kind: 'refused',
        code: 'locked',
        details: { holder: first.runId, startedBy: olivia.user },
      },
    });
    expect(engine.refused[0]?.fault.message).toContain(first.runId);
    await engine.queues.startRun(second);
    const elsewhere = requestFor('build', { target: 'other' });
    await engine.queues.startRun(elsewhere);
    await expect.poll(() => engine.store.activeRun('other')).toBe(elsewhere.runId);
    expect(engine.refused).toHaveLength(1);
    expect(await engine.store.read(second.runId)).toBeUndefined();
  });

  it('of an unknown runbook is refused', async () => {
    const { engine } = engineFor(diamond);
    await engine.start();
    await engine.queues.startRun(requestFor('dismantle'));
    await expect
      .poll(() => engine.refused[0]?.fault)
      .toMatchObject({ kind: 'refused', code: 'unknown_runbook' });
  });

  it('continues in another process when its worker is stopped', async () => {
    const { engine, world } = engineFor(
      worldRunbook([worldStep('a'), worldStep('b', { needs: ['a'], looks: 15 })]),
    );
    const first = await engine.start();
    const request = requestFor('build');
    await engine.queues.startRun(request);
    await expect.poll(async () => Number((await countsIn(world))['wait:b'])).toBeGreaterThan(2);
    await first.stop();
    await engine.start();
    const record = await engine.ended(request.runId);
    expect(record.state.status).toBe('succeeded');
    expect(await madeIn(world)).toEqual(['a', 'b']);
  });
});
