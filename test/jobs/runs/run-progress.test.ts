// State of a cancelled run: finished steps, interrupted steps and cloud operations.
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
  title: 'Provision gateway',
  steps: [
    step('check-project', 'Check project', undefined, 'require'),
    step('create-cluster', 'Create cluster', 'creating the cluster'),
    step('install-apigee-operator', 'Install Apigee operator'),
    step('verify-inference', 'Verify inference', undefined, 'verify'),
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

test('an accepted cloud operation is still running and may cost money', () => {
  expect(stopped({ 'create-cluster': { ...cancelled, phase: 'wait' } })).toBe(
    "No step finished. *Still running on Google Cloud:* creating the cluster. This can't be stopped. New resources may cost money until you run `/llmgw teardown`. *Next:* retry to continue from here.",
  );
});

test('a retried wait is still running, and a call without a response may be', () => {
  const retrying = { ...cancelled, phase: 'retry', retryOf: 'wait' } as const;
  expect(stopped({ 'create-cluster': retrying })).toContain(
    '*Still running on Google Cloud:* creating',
  );
  const asking = { ...cancelled, phase: 'retry', retryOf: 'apply' } as const;
  for (const one of [asking, { ...cancelled, phase: 'apply' } as const]) {
    expect(stopped({ 'create-cluster': one })).toContain(
      '*May still be running on Google Cloud:* creating',
    );
  }
});

test('a check and a step without writes are not listed', () => {
  const finished = { status: 'finished', changed: false } as const;
  expect(
    stopped({
      'check-project': finished,
      'create-cluster': { status: 'cancelled', phase: 'check' },
      'verify-inference': { ...cancelled, phase: 'wait', seen: 'no healthy upstream' },
    }),
  ).toBe('1 of 4 steps finished and stay in place. *Next:* retry to continue from here.');
});

test('a step that stopped after its first write is listed as interrupted', () => {
  expect(stopped({ 'install-apigee-operator': { ...cancelled, phase: 'apply' } })).toBe(
    'No step finished. *Interrupted:* Install Apigee operator. *Next:* retry to continue from here.',
  );
});

test('a cancelled teardown names no cost', () => {
  const text = stopped({ 'create-cluster': { ...cancelled, phase: 'wait' } }, 'teardown');
  expect(text).toContain('*Still running on Google Cloud:*');
  expect(text).not.toContain('cost');
});
