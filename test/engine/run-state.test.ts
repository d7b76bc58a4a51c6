// Reducer and decisions of a run, by table: allowed events, and due steps.
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/kernel/errors.ts';
import { decide } from '../../src/engine/decide.ts';
import type { JournalEvent, RunState } from '../../src/engine/journal.ts';
import { nextStatus, outputsOf, replay } from '../../src/engine/run-state.ts';

type Bare = JournalEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;

const by = { user: 'U1', channel: 'C1' };
const fault: Fault = { kind: 'permanent', code: 'denied', message: 'No.' };
const request = { runId: 'r-1', runbook: 'build', target: 't', input: null, by };
const requested: Bare = { type: 'run_requested', request };
const started = (step: string, epoch = 1): Bare => ({ type: 'step_started', step, epoch });
const finished = (step: string): Bare => ({
  type: 'step_finished',
  step,
  changed: true,
  output: { of: step },
});
const failed = (step: string): Bare => ({ type: 'step_failed', step, fault });
const retried: Bare = { type: 'run_retried', by, requestId: 'q' };
const cancel: Bare = { type: 'cancel_requested', by, requestId: 'q' };
const retrying = (phase: 'check' | 'wait', attempt: number): Bare => ({
  type: 'step_retrying',
  step: 'a',
  phase,
  fault,
  attempt,
  until: 99,
});

function stateAfter(...events: Bare[]): RunState {
  const state = replay(events.map((event, at) => ({ at, ...event })));
  if (state === undefined) throw new Error('no events');
  return state;
}

describe('nextStatus', () => {
  it('has no state without events', () => expect(replay([])).toBeUndefined());

  it('follows a step from start to finish', () => {
    const applying: Bare = { type: 'step_applying', step: 'a', reasons: ['missing'] };
    const saw: Bare = { type: 'step_saw', step: 'a', seen: 'half' };
    const state = stateAfter(requested, started('a'), applying, saw, finished('a'));
    expect(state.status).toBe('running');
    expect(state.steps['a']).toEqual({
      status: 'finished',
      phase: 'wait',
      startedAt: 1,
      endedAt: 4,
      applied: true,
      reasons: ['missing'],
      seen: 'half',
      changed: true,
      output: { of: 'a' },
    });
    expect(outputsOf(state)).toEqual({ a: { of: 'a' } });
  });

  it('counts attempts until the next observation', () => {
    const saw: Bare = { type: 'step_saw', step: 'a', seen: 'half' };
    const during = stateAfter(requested, started('a'), retrying('wait', 3));
    expect(during.steps['a']).toMatchObject({ phase: 'retry', attempt: 3, retryOf: 'wait' });
    const after = stateAfter(requested, started('a'), retrying('wait', 3), saw);
    expect(after.steps['a']).toEqual({
      status: 'running',
      phase: 'wait',
      startedAt: 1,
      seen: 'half',
    });
  });

  it('keeps finished steps on a retry and starts the others again', () => {
    const applying: Bare = { type: 'step_applying', step: 'b', reasons: [] };
    const state = stateAfter(
      requested,
      started('a'),
      finished('a'),
      started('b'),
      applying,
      failed('b'),
      { type: 'run_failed' },
      retried,
    );
    expect(state).toMatchObject({ status: 'requested', epoch: 2, retriedBy: by });
    expect(state.endedAt).toBeUndefined();
    expect(state.steps['a']?.status).toBe('finished');
    expect(state.steps['b']).toEqual({ status: 'pending', applied: true });
  });

  it('counts an approval only for its own start', () => {
    const approval = { id: 'q-1', by: { user: 'U2', channel: 'C1' } };
    const approved: Bare = { type: 'run_requested', request: { ...request, approval } };
    const failedRun = [approved, started('a'), failed('a'), { type: 'run_failed' }] as const;
    expect(stateAfter(...failedRun).approval).toEqual(approval);
    expect(stateAfter(...failedRun, retried).approval).toBeUndefined();
    const again = { ...approval, id: 'q-2' };
    expect(stateAfter(...failedRun, { ...retried, approval: again }).approval).toEqual(again);
  });

  const illegal: [string, Bare[], Bare][] = [
    ['a second request', [requested], requested],
    ['a start of what runs', [requested, started('a')], started('a')],
    ['a start in another epoch', [requested], started('a', 2)],
    ['a start while cancelling', [requested, cancel], started('a')],
    ['an end of what never started', [requested], finished('a')],
    ['a second end', [requested, started('a'), finished('a')], failed('a')],
    ['a run end while a step runs', [requested, started('a')], { type: 'run_failed' }],
    ['success while cancelling', [requested, cancel], { type: 'run_succeeded' }],
    ['cancelled without a cancel', [requested], { type: 'run_cancelled' }],
    [
      'a cancelled step without a cancel',
      [requested, started('a')],
      { type: 'step_cancelled', step: 'a' },
    ],
    ['a retry of what runs', [requested], retried],
    ['a retry of what succeeded', [requested, { type: 'run_succeeded' }], retried],
    ['a cancel of what ended', [requested, { type: 'run_succeeded' }], cancel],
    ['a second cancel', [requested, cancel], cancel],
  ];
  it.each(illegal)('rejects %s', (_name, before, event) => {
    const move = (): unknown => nextStatus(stateAfter(...before), { at: 9, ...event });
    expect(move).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'illegal_move' }) }),
    );
  });

  it('rejects a journal that begins with anything else', () => {
    expect(() => replay([{ at: 0, type: 'run_succeeded' }])).toThrow('began with');
  });
});

describe('decide', () => {
  const steps = [
    { id: 'a', needs: [] },
    { id: 'b', needs: ['a'] },
    { id: 'c', needs: ['a'] },
    { id: 'd', needs: ['b', 'c'] },
  ];
  const doneA = [requested, started('a'), finished('a')];
  const cases: [string, Bare[], ReturnType<typeof decide>][] = [
    ['the roots first', [requested], { release: ['a'] }],
    ['what runs stays released', [requested, started('a')], { release: ['a'] }],
    ['all whose needs are finished', doneA, { release: ['b', 'c'] }],
    ['not what waits for two', [...doneA, started('b'), finished('b')], { release: ['c'] }],
    [
      'only the started after a failure',
      [...doneA, started('b'), started('c'), failed('b')],
      { release: ['c'] },
    ],
    [
      'failed when none is left',
      [...doneA, started('b'), failed('b')],
      { release: [], append: 'run_failed' },
    ],
    ['only the started after a cancel', [...doneA, started('b'), cancel], { release: ['b'] }],
    ['cancelled when none is left', [...doneA, cancel], { release: [], append: 'run_cancelled' }],
    [
      'cancelled before anything ran',
      [requested, cancel],
      { release: [], append: 'run_cancelled' },
    ],
    [
      'cancelled wins over failed',
      [...doneA, started('b'), cancel, failed('b')],
      { release: [], append: 'run_cancelled' },
    ],
    [
      'the failed again after a retry',
      [...doneA, started('b'), failed('b'), { type: 'run_failed' }, retried],
      { release: ['b', 'c'] },
    ],
    ['nothing once ended', [requested, cancel, { type: 'run_cancelled' }], { release: [] }],
    ['a running step that the runbook lost', [requested, started('z')], { release: ['z', 'a'] }],
  ];
  it.each(cases)('releases %s', (_name, events, expected) => {
    expect(decide(steps, stateAfter(...events))).toEqual(expected);
  });

  it('succeeds when every step is finished', () => {
    const all = steps.flatMap(({ id }) => [started(id), finished(id)]);
    expect(decide(steps, stateAfter(requested, ...all))).toEqual({
      release: [],
      append: 'run_succeeded',
    });
    expect(decide([], stateAfter(requested))).toEqual({ release: [], append: 'run_succeeded' });
  });
});
