// Expected times and deadlines of steps, compared with the sandbox's cloud.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { provision } from '../../../jobs/provision/runbook.ts';
import { images } from '../../../jobs/provision/step-parts/versions.ts';
import { operationMs } from '../../../sandbox/apigee/operations.ts';
import { pullOf } from '../../../sandbox/controllers/images.ts';
import { modelStartMs } from '../../../sandbox/controllers/programs.ts';
import { clusterMs } from '../../../sandbox/gke/lifecycle.ts';
import { enablingMs } from '../../../sandbox/google/service-usage.ts';

const minute = 60_000;

function pullMs(image: string): number {
  const pull = pullOf(image);
  return pull.ok ? pull.pullMs : expect.fail(pull.message);
}

const stepOf = (id: string) =>
  provision.steps.find((step) => step.id === id) ?? expect.fail(`no step ${id}`);

/** Step -> the duration of its changes in the simulated cloud. */
const taken: readonly (readonly [string, number])[] = [
  ['enable-apis', enablingMs],
  ['create-cluster', clusterMs.creation],
  ['create-apigee-environment', operationMs['environment-ready'] + operationMs.attached],
  ['deploy-model-server', pullMs(images.vllm) + modelStartMs],
];

test.each(taken)(
  '%s has the expected time of the cloud, and a deadline of three times that',
  (id, ms) => {
    const { expectMs, deadlineMs } = stepOf(id);
    expect(expectMs).toBeGreaterThanOrEqual(ms);
    expect(expectMs).toBeLessThanOrEqual(2 * ms);
    expect(deadlineMs).toBeGreaterThanOrEqual(3 * ms);
  },
);

const removed: readonly (readonly [string, number])[] = [
  ['create-cluster', clusterMs.deletion],
  [
    'create-apigee-environment',
    operationMs['group-detached'] +
      operationMs['group-gone'] +
      operationMs.detached +
      operationMs['environment-gone'],
  ],
];

test.each(removed)('the removal of %s has the expected time of the cloud', (id, ms) => {
  const { undo } = stepOf(id);
  const expectMs = 'expectMs' in undo ? undo.expectMs : expect.fail('no removal');
  expect(expectMs).toBeGreaterThanOrEqual(ms);
  expect(expectMs).toBeLessThanOrEqual(2 * ms);
});

test('the rollout of the model server may take as long as its startup probe', () => {
  const path = new URL(
    '../../../manifests/inference/model-server-deployment.yaml',
    import.meta.url,
  );
  const manifest = readFileSync(path, 'utf8');
  const numberOf = (name: string): number =>
    Number(new RegExp(`${name}: (\\d+)`).exec(manifest)?.[1] ?? expect.fail(`no ${name}`));
  // The first probe of the manifest is the startup probe.
  const startup = numberOf('periodSeconds') * numberOf('failureThreshold');
  expect(numberOf('progressDeadlineSeconds')).toBeGreaterThanOrEqual(startup);
  expect(stepOf('deploy-model-server').deadlineMs).toBeGreaterThanOrEqual(startup * 1_000);
});

test('the simulated cloud takes as long as reported for the real one', () => {
  const between = (ms: number, least: number, most: number): void => {
    expect(ms).toBeGreaterThanOrEqual(least * minute);
    expect(ms).toBeLessThanOrEqual(most * minute);
  };
  between(clusterMs.creation, 5, 8);
  between(operationMs.attached, 3, 10);
  // A server image of several GB, 3 GB of weights and a warm-up, from a standard disk.
  between(pullMs(images.vllm) + modelStartMs, 10, 25);
});
