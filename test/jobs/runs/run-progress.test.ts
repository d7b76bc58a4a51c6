// What a stopped run says of what stands: only what the cloud was asked for goes on, and what only looks says nothing.
import { expect, test } from 'vitest';
import type { StepKind } from '../../../src/engine/step.ts';
import type { RunState, StepState } from '../../../src/engine/journal.ts';
import { progressText } from '../../../jobs/runs/card/run-progress.ts';

const step = (
  id: string,
  title: string,
  continuesAfterCancel?: string,
  kind: StepKind = 'make',
) => ({
  id,
  title,
  needs: [],
  kind,
  expectMs: 1,
  ...(continuesAfterCancel === undefined ? {} : { continuesAfterCancel }),
});
const outline = {
  name: 'provision',
  title: 'Provision the gateway',
  steps: [
    step('check-project', 'Check the project', undefined, 'require'),
    step('create-cluster', 'Create the cluster', 'creating the cluster'),
    step('install-apigee-operator', 'Install the Apigee operator'),
    step('verify-inference', 'See a completion come back', undefined, 'verify'),
  ],
};

function stopped(steps: Record<string, StepState>, name = 'provision'): string {
  const by = { user: 'U0OLIVIA', channel: 'C0GATEWAY' };
  const state: RunState = {
    request: { runId: 'one', runbook: name, target: 'default', input: {}, by },
    status: 'cancelled',
    epoch: 1,
    steps,
    startedAt: 0,
    lastEventAt: 1,
    cancelledBy: by,
  };
  return progressText({ ...outline, name }, state);
}

const cancelled = { status: 'cancelled', applied: true } as const;

test('what was asked for goes on, and may cost money', () => {
  expect(stopped({ 'create-cluster': { ...cancelled, phase: 'wait' } })).toBe(
    'No step was finished; a retry goes on from here. *Google Cloud goes on* creating the cluster: that cannot be stopped. What it makes may cost money until `/llmgw teardown`.',
  );
});

test('a retry of a wait has been promised it, too, and a call under way perhaps', () => {
  const retrying = { ...cancelled, phase: 'retry', retryOf: 'wait' } as const;
  expect(stopped({ 'create-cluster': retrying })).toContain('*Google Cloud goes on* creating');
  const asking = { ...cancelled, phase: 'retry', retryOf: 'apply' } as const;
  for (const one of [asking, { ...cancelled, phase: 'apply' } as const]) {
    expect(stopped({ 'create-cluster': one })).toContain('*Google Cloud may have begun* creating');
  }
});

test('what only looks, or had not begun, says nothing', () => {
  const finished = { status: 'finished', changed: false } as const;
  expect(
    stopped({
      'check-project': finished,
      'create-cluster': { status: 'cancelled', phase: 'check' },
      'verify-inference': { ...cancelled, phase: 'wait', seen: 'no healthy upstream' },
    }),
  ).toBe('1 of 4 steps are finished and stay as they are; a retry goes on from here.');
});

test('what was stopped half-way is named', () => {
  expect(stopped({ 'install-apigee-operator': { ...cancelled, phase: 'apply' } })).toBe(
    'No step was finished; a retry goes on from here. Left in the middle: install the Apigee operator.',
  );
});

test('what a teardown takes away is not said to cost', () => {
  const text = stopped({ 'create-cluster': { ...cancelled, phase: 'wait' } }, 'teardown');
  expect(text).toContain('*Google Cloud goes on*');
  expect(text).not.toContain('cost');
});
