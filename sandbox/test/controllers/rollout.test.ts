// Tests of rollout steps, resource quantities and machine types.
import { expect, test } from 'vitest';
import { machineOf } from '../../controllers/machine-types.ts';
import { rolledOut } from '../../controllers/rollout.ts';
import { quantity, readDeployment } from '../../controllers/workload.ts';

const spec = (replicas: number, strategy?: object) =>
  readDeployment({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    spec: {
      replicas,
      selector: {},
      template: { spec: {} },
      ...(strategy === undefined ? {} : { strategy }),
    },
  });
const set = (wanted: number, ready = wanted) => ({ wanted, there: wanted, ready });

test('three replicas surge by one and never fall below three', () => {
  expect(rolledOut(spec(3), set(0), [set(3)])).toEqual({ replicas: 1, old: [3] });
  expect(rolledOut(spec(3), set(1, 0), [set(3)])).toEqual({ replicas: 1, old: [3] });
  expect(rolledOut(spec(3), set(1, 1), [set(3)])).toEqual({ replicas: 1, old: [2] });
  expect(rolledOut(spec(3), set(3, 3), [set(1)])).toEqual({ replicas: 3, old: [0] });
});

test('a rollout immediately removes old pods that were never ready', () => {
  expect(rolledOut(spec(1), set(1, 0), [set(1, 0)])).toEqual({ replicas: 1, old: [0] });
});

test('Recreate removes all old pods before it creates new ones', () => {
  const recreate = spec(2, { type: 'Recreate' });
  expect(rolledOut(recreate, set(0), [set(2)])).toEqual({ replicas: 0, old: [0] });
  expect(rolledOut(recreate, set(0), [set(0)])).toEqual({ replicas: 2, old: [0] });
});

test.each([
  ['500m', 0.5],
  ['12', 12],
  ['9000Mi', 9_437_184_000],
  ['1Gi', 1_073_741_824],
  ['2k', 2_000],
  ['', 0],
])('the quantity %s is %d', (text, value) => {
  expect(quantity(text)).toBeCloseTo(value, 6);
});

test('a c2-standard-16 has 15.89 allocatable CPUs', () => {
  expect(machineOf('c2-standard-16')).toMatchObject({ cpus: 16, allocatableCpus: 15.89 });
  expect(machineOf('e2-highmem-4').memoryBytes).toBe(32 * 2 ** 30);
});
