// Pure functions of the engine, by table: pace, critical path, runbook validation, ids.
import { describe, expect, it } from 'vitest';
import { commandId } from '../../src/engine/commands.ts';
import { criticalPath, expectedMs, progress, remainingMs } from '../../src/engine/critical-path.ts';
import type { RunState, StepState } from '../../src/engine/journal.ts';
import { retryDelay, waitDelay } from '../../src/engine/pace.ts';
import { retryPolicies } from '../../src/engine/retry-policies.ts';
import { requireSoundShape } from '../../src/engine/runbook-shape.ts';
import { mergeOutputs } from '../../src/engine/step-phases.ts';

const by = { user: 'U1', channel: 'C1' };

describe('pace', () => {
  it('checks often at first, then every five seconds', () => {
    expect([0, 1, 32, 50].map((looks) => waitDelay(looks, 1))).toEqual([250, 275, 5000, 5000]);
  });

  it('pauses a tenth of the time waited so far after the first check', () => {
    let waited = 0;
    for (let looks = 0; looks < 30; looks += 1) {
      const pause = waitDelay(looks, 1);
      expect(pause).toBeCloseTo(250 + waited / 10, 6);
      waited += pause;
    }
  });

  const fault = { kind: 'transient', code: 'unavailable', message: 'Later.' } as const;
  it.each([
    [1, undefined, 1, 500],
    [2, undefined, 1, 1000],
    [2, undefined, 0, 500],
    [30, undefined, 1, 60_000],
    [1, 7000, 1, 7000],
  ])('retries attempt %i, told %s, random %i after %i ms', (attempt, retryAfterMs, random, ms) => {
    const told = retryAfterMs === undefined ? fault : { ...fault, retryAfterMs };
    const policy = retryPolicies.cloud;
    expect(retryDelay({ policy, attempt, fault: told, paceFactor: 1, random })).toBe(ms);
  });

  it('lasts ten minutes for an unreachable cloud, with the shortest jitter', () => {
    const policy = retryPolicies.cloud;
    const delays = Array.from({ length: policy.attempts - 1 }, (_, index) =>
      retryDelay({ policy, attempt: index + 1, fault, paceFactor: 1, random: 0 }),
    );
    expect(delays.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(600_000);
  });

  it('retries a fault that lasts for minutes at least ten seconds apart', () => {
    const lasting = { ...fault, untilDeadline: true } as const;
    const policy = retryPolicies.cloud;
    const at = (attempt: number) =>
      retryDelay({ policy, attempt, fault: lasting, paceFactor: 1, random: 1 });
    expect([at(1), at(5), at(30)]).toEqual([500, 8_000, 10_000]);
  });
});

describe('the critical path', () => {
  const steps = [
    { id: 'a', needs: [], expectMs: 100 },
    { id: 'b', needs: ['a'], expectMs: 1000 },
    { id: 'c', needs: ['a'], expectMs: 300 },
    { id: 'd', needs: ['b', 'c'], expectMs: 100 },
  ];
  const stateWith = (states: Record<string, StepState>): RunState => ({
    request: { runId: 'r', runbook: 'build', target: 't', input: null, by },
    status: 'running',
    epoch: 1,
    steps: states,
    startedAt: 0,
    lastEventAt: 0,
  });

  it('is the longest way through the graph, not the sum', () => {
    expect(expectedMs(steps)).toBe(1200);
    expect(criticalPath(steps)).toEqual(['a', 'b', 'd']);
    expect(expectedMs([])).toBe(0);
    expect(criticalPath([])).toEqual([]);
  });

  it('shrinks as steps finish and run', () => {
    const state = stateWith({
      a: { status: 'finished' },
      b: { status: 'running', startedAt: 0 },
      c: { status: 'finished' },
    });
    expect(remainingMs(steps, state, 400)).toBe(700);
    expect(progress(steps, state, 400)).toBeCloseTo(500 / 1200);
    expect(remainingMs(steps, state, 50_000)).toBe(150);
  });

  it('is complete only when every step is finished', () => {
    expect(progress(steps, stateWith({}), 0)).toBe(0);
    const late = stateWith({
      a: { status: 'finished' },
      b: { status: 'finished' },
      c: { status: 'finished' },
      d: { status: 'running', startedAt: 0 },
    });
    expect(progress(steps, late, 1e9)).toBeLessThan(1);
    const all = Object.fromEntries(steps.map(({ id }) => [id, { status: 'finished' } as const]));
    expect(progress(steps, stateWith(all), 0)).toBe(1);
  });
});

describe('validation of a runbook', () => {
  it.each([
    ['a dot in an id', [{ id: 'a.b', needs: [] }], 'has characters other than'],
    [
      'a doubled id',
      [
        { id: 'a', needs: [] },
        { id: 'a', needs: [] },
      ],
      'two steps',
    ],
    ['an unknown need', [{ id: 'a', needs: ['b'] }], 'needs b'],
    [
      'a circle',
      [
        { id: 'a', needs: ['b'] },
        { id: 'b', needs: ['a'] },
      ],
      'need each other',
    ],
  ])('rejects %s', (_name, steps, words) => {
    expect(() => requireSoundShape({ name: 'build', steps })).toThrow(words);
  });
  it('accepts a valid runbook', () => {
    const steps = [
      { id: 'b', needs: ['a'] },
      { id: 'a', needs: [] },
    ];
    expect(() => requireSoundShape({ name: 'build', steps })).not.toThrow();
  });
});

it('merges the outputs of the phases', () => {
  expect(mergeOutputs(undefined, undefined)).toBeNull();
  expect(mergeOutputs({ a: 1 }, undefined, { b: 2, a: 3 })).toEqual({ a: 3, b: 2 });
  expect(mergeOutputs({ a: 1 }, 'plain')).toBe('plain');
});

it('gives a repeated command the same id, in characters that the queue accepts', () => {
  const command = { op: 'cancel', runId: 'r-1', by, requestId: '12:34/x.y' } as const;
  expect(commandId(command)).toBe('cancel.r-1.12-34-x.y');
});
