// Observation at a glance from reported objects: the main problem, in one sentence.
import { guidanceText } from '../../src/kernel/guidance.ts';
import { expect, test } from 'vitest';
import { doctorMessage } from '../../jobs/health/doctor/view.ts';
import { whyNotReady } from '../../jobs/health/status/why-not-ready.ts';
import { statusMessage } from '../../jobs/health/status/view.ts';
import { provision } from '../../jobs/provision/runbook.ts';
import type { Clients } from '../../src/clients/clients.ts';
import type { KubernetesObject, ObjectRef } from '../../src/clients/kubernetes/client.ts';
import { type ObserveContext, observe } from '../../src/gateway/observe.ts';
import { gatewayRef, modelServerRef, operatorRef, pickerRef } from '../../src/gateway/resources.ts';
import { fail } from '../../src/kernel/errors.ts';
import { quiet } from '../support/engine.ts';
import { gatewayConfig } from '../jobs/provision/gateway-config.ts';

const deployment = (replicas: number, ready = replicas, generation = 2): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'default', generation },
  spec: { replicas },
  status: {
    observedGeneration: 2,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: ready,
    availableReplicas: ready,
  },
});
const programmed: KubernetesObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'inference-gateway' },
  status: {
    addresses: [{ value: '127.0.0.1' }],
    conditions: ['Accepted', 'Programmed'].map((type) => ({ type, status: 'True' })),
  },
};
const keyOf = ({ kind, name }: ObjectRef): string => `${kind} ${name}`;

/** The services that respond; the others do not. */
interface Answers {
  readonly modelServer?: KubernetesObject | undefined;
  readonly picker?: KubernetesObject | undefined;
  readonly operator?: KubernetesObject | undefined;
  readonly gateway?: KubernetesObject | undefined;
}
const well: Answers = {
  modelServer: deployment(3),
  picker: deployment(1),
  operator: deployment(1),
};
const refs = {
  modelServer: modelServerRef,
  picker: pickerRef,
  operator: operatorRef,
  gateway: gatewayRef,
};

async function seen(answers: Answers, calls: string[] = []) {
  const objects = new Map(
    Object.entries(refs).flatMap(([name, ref]) =>
      name in answers ? [[keyOf(ref), answers[name as keyof Answers]] as const] : [],
    ),
  );
  const away = () => Promise.reject(fail('transient', 'unavailable', 'It does not answer'));
  const get = (ref: ObjectRef) => {
    calls.push(keyOf(ref));
    return objects.has(keyOf(ref)) ? Promise.resolve(objects.get(keyOf(ref))) : away();
  };
  const clients = {
    gke: { getCluster: () => Promise.resolve({ name: 'c', status: 'RUNNING', endpoint: '1' }) },
    kubernetes: () => ({
      get,
      wouldChange: async ({ apiVersion, kind, metadata: { name } }: KubernetesObject) => {
        const live = await get({ apiVersion, kind, name });
        return live === undefined ? 'absent' : { live, changes: [] };
      },
      podReasons: () => Promise.resolve([]),
    }),
    apigee: () => ({ getProduct: away }),
    inference: { complete: away },
  } as unknown as Clients;
  const context: ObserveContext = {
    runbook: provision,
    env: {
      gateway: gatewayConfig,
      clients,
      charts: { prefix: '', plainHttp: false },
      hfToken: () => expect.fail('not needed'),
      keepSecret: () => undefined,
    },
    input: {},
    runId: 'observe',
    activeRun: () => Promise.resolve(undefined),
    log: quiet,
    signal: new AbortController().signal,
  };
  return observe(context, 'glance');
}

const words = async (answers: Answers): Promise<string> =>
  guidanceText(whyNotReady(await seen(answers)) ?? '');

test.each<[string, Answers, RegExp]>([
  ['the model server', { modelServer: deployment(3, 2) }, /2 of 3 model servers are ready/],
  [
    'an outdated model server',
    { modelServer: deployment(3, 3, 3) },
    /model server is not rolled out: the last change is pending/,
  ],
  ['a missing model server', { modelServer: undefined }, /model server is not deployed/],
  ['the picker', { picker: deployment(1, 0) }, /endpoint picker is not ready: 0 of 1/],
  ['a missing picker', { picker: undefined }, /endpoint picker.* is not deployed/],
])('the first cause is %s', async (_name, change, expected) => {
  expect(await words({ ...well, ...change })).toMatch(expected);
});

test('the operator is the first cause only when everything that serves requests is ready', async () => {
  const gateway = { ...well, gateway: programmed };
  const idle = deployment(0);
  expect(await words({ ...gateway, operator: idle })).toMatch(/Apigee operator.*scaled to 0/);
  expect(await words({ ...gateway, operator: undefined })).toMatch(/operator is not installed/);
  const both = { ...gateway, operator: idle, picker: undefined };
  expect(await words(both)).toMatch(/endpoint picker/);
  const gone = { ...well, operator: idle, gateway: undefined };
  expect(await words(gone)).toMatch(/The gateway is missing from the cluster/);
});

test('an unreadable object makes the state unknown, unless a known problem exists', async () => {
  expect(await seen({ ...well, gateway: programmed })).toMatchObject({
    state: 'unknown',
    open: undefined,
    endpoint: 'http://127.0.0.1:80',
    pods: { ready: 3, desired: 3 },
  });
  expect(await seen({ ...well, picker: undefined })).toMatchObject({ state: 'degraded' });
});

test('checks that need the same object read it once', async () => {
  const calls: string[] = [];
  await seen({ ...well, gateway: programmed }, calls);
  expect(calls.filter((call) => call === keyOf(gatewayRef))).toHaveLength(1);
});

test('an unreadable object is not reported as missing while the cluster does not respond', async () => {
  const unread = await seen({});
  expect(unread).toMatchObject({ state: 'unknown', endpoint: undefined, pods: undefined });
  const cause = whyNotReady(unread);
  const status = { ...unread, cause, keys: undefined, lease: undefined, lastRun: undefined };
  const report = JSON.stringify(statusMessage(status, 'job-1').blocks);
  expect(report).toContain('Endpoint unknown');
  expect(report).toContain('Model servers unknown');
  expect(report).toContain('Protection unknown');
  const diagnosis = { ...unread, refusals: [], checks: unread.rows.length, passed: 0 };
  expect(JSON.stringify(doctorMessage(diagnosis, 'job-1').blocks)).not.toContain('not verified');
});
