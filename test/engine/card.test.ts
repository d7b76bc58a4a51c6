// Card of a run: one renderer at a time, and an exact final state.
import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../src/kernel/errors.ts';
import type { RunRecord } from '../../src/engine/run-store.ts';
import type { RenderCard } from '../../src/engine/worker-options.ts';
import { requestFor, type TestEngine } from '../support/engine.ts';
import { worldEngine } from './fixtures/world-engine.ts';
import { worldRunbook, worldStep } from './fixtures/world.ts';

const open: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

/** Runs to the end with this renderer, and until the run is no longer open. */
async function runShown(
  renderCard: RenderCard,
): Promise<{ record: RunRecord; engine: TestEngine }> {
  const steps = [worldStep('a', { looks: 4 }), worldStep('b', { needs: ['a'] })];
  const { engine } = worldEngine(worldRunbook(steps), { renderCard });
  open.push(engine);
  await engine.start();
  const request = requestFor('build');
  await engine.queues.startRun(request);
  const record = await engine.ended(request.runId);
  await expect.poll(() => engine.store.open(), { timeout: 20_000 }).toEqual([]);
  return { record, engine };
}

describe('the card', () => {
  it('is posted once, then edited, never concurrently, and exact at the end', async () => {
    const shown: string[] = [];
    const posts: string[] = [];
    let atOnce = 0;
    const { record, engine } = await runShown(async ({ runId, state, events, card }) => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      if (card.ts === undefined) {
        await card.beginPost();
        posts.push(runId);
        await card.save(`ts-${posts.length}`);
      }
      shown.push(`${state.status} ${events.length}`);
      atOnce -= 1;
    });
    expect(posts).toHaveLength(1);
    expect(shown.at(-1)).toBe(`succeeded ${record.events.length}`);
    expect(shown.length).toBeGreaterThan(1);
    expect((await engine.store.card(record.state.request.runId)).ts).toBe('ts-1');
  });

  it('reports an earlier post whose timestamp was not saved', async () => {
    const seen: (boolean | string | undefined)[] = [];
    await runShown(async ({ card }) => {
      seen.push(card.ts ?? card.posting);
      if (card.ts !== undefined) return;
      if (card.posting) return card.save('found');
      await card.beginPost();
      // Like a crash right after Slack accepted the message.
      throw fail('transient', 'unavailable', 'Gone.', { retryAfterMs: 1 });
    });
    expect(seen.slice(0, 2)).toEqual([false, true]);
    expect(seen.slice(2)).toEqual(seen.slice(2).map(() => 'found'));
  });

  it('waits as long as the workspace requests, then shows the latest state', async () => {
    const calls: { at: number; length: number }[] = [];
    const { record } = await runShown(async ({ events }) => {
      calls.push({ at: Date.now(), length: events.length });
      if (calls.length > 1) return;
      throw fail('transient', 'rate_limited', 'Slow down.', { retryAfterMs: 600 });
    });
    expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(590);
    expect(calls.at(-1)?.length).toBe(record.events.length);
  });

  it('is shown again when the journal grew while it was being shown', async () => {
    let release = (): void => undefined;
    const lengths: number[] = [];
    let first = true;
    const engineReady = Promise.withResolvers<TestEngine>();
    const renderCard: RenderCard = async ({ runId, events }) => {
      lengths.push(events.length);
      if (!first) return;
      first = false;
      const engine = await engineReady.promise;
      await engine.ended(runId);
      release();
    };
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const step = worldStep('a');
    // The step waits for the card, so the journal always grows after the card's first read.
    const held: typeof step = {
      ...step,
      wait: (context) =>
        lengths.length > 0
          ? step.wait(context)
          : Promise.resolve({ state: 'notYet', seen: 'no card yet' }),
    };
    const { engine } = worldEngine(worldRunbook([held]), { renderCard });
    open.push(engine);
    await engine.start();
    engineReady.resolve(engine);
    const request = requestFor('build');
    await engine.queues.startRun(request);
    await blocked;
    const record = await engine.ended(request.runId);
    await expect.poll(() => engine.store.open()).toEqual([]);
    expect(lengths[0]).toBeLessThan(record.events.length);
    expect(lengths.at(-1)).toBe(record.events.length);
  });

  it('that can never be shown does not keep the run open', async () => {
    let calls = 0;
    const { record } = await runShown(() => {
      calls += 1;
      return Promise.reject(fail('permanent', 'not_in_channel', 'There is no such channel.'));
    });
    expect(record.state.status).toBe('succeeded');
    expect(calls).toBeLessThanOrEqual(record.events.length);
  });
});
