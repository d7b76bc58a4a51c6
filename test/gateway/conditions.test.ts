// Status of routes, extensions and operator resources, in every form of real clusters.
import { describe, expect, test } from 'vitest';
import { unmetOperator } from '../../jobs/provision/step-parts/unmet-operator.ts';
import type { KubernetesObject } from '../../src/clients/kubernetes/client.ts';
import {
  ancestorConditions,
  operatorState,
  parentConditions,
  unmetEntries,
} from '../../src/gateway/conditions.ts';
import { columnsIn } from '../../src/gateway/printer-columns.ts';
import { gatewayRef } from '../../src/gateway/resources.ts';

const ours = 'networking.gke.io/gateway';
const foreign = 'gateway.envoyproxy.io/gatewayclass-controller';
const good = [
  { type: 'Accepted', status: 'True', reason: 'Accepted', observedGeneration: 2 },
  { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', observedGeneration: 2 },
];
const bad = [{ type: 'Accepted', status: 'False', reason: 'NoMatchingParent' }];
const stale = good.map((one) => ({ ...one, observedGeneration: 1 }));
const ref = (name: string, more: object = {}) => ({
  group: 'gateway.networking.k8s.io',
  kind: 'Gateway',
  name,
  ...more,
});

function route(parents: readonly unknown[], parentRefs: unknown[] = [ref('inference-gateway')]) {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'llm-route', namespace: 'default', generation: 2 },
    spec: { parentRefs },
    status: { parents },
  } satisfies KubernetesObject;
}

const unmetRoute = (object: KubernetesObject): string | undefined =>
  unmetEntries(object, parentConditions(object, gatewayRef), {
    desired: ['Accepted', 'ResolvedRefs'],
    none: 'no entry',
  });

describe('status.parents', () => {
  test.each([
    ['another controller', { parentRef: ref('inference-gateway'), controllerName: foreign }],
    ['another gateway', { parentRef: ref('old-gateway'), controllerName: ours }],
    [
      'a gateway of the same name in another namespace',
      { parentRef: ref('inference-gateway', { namespace: 'team-b' }), controllerName: ours },
    ],
    [
      'a Service of the same name',
      {
        parentRef: { group: '', kind: 'Service', name: 'inference-gateway' },
        controllerName: ours,
      },
    ],
    [
      'a listener that the route no longer names',
      { parentRef: ref('inference-gateway', { sectionName: 'old' }), controllerName: ours },
    ],
  ])('an entry of %s beside ours is ignored', (_name, entry) => {
    const own = { parentRef: ref('inference-gateway'), controllerName: ours };
    for (const conditions of [bad, stale]) {
      const beside = { ...entry, conditions };
      expect(unmetRoute(route([beside, { ...own, conditions: good }]))).toBeUndefined();
      expect(unmetRoute(route([{ ...own, conditions: good }, beside]))).toBeUndefined();
    }
    expect(
      unmetRoute(
        route([
          { ...entry, conditions: good },
          { ...own, conditions: bad },
        ]),
      ),
    ).toBe('Accepted is False (NoMatchingParent)');
  });

  test('a foreign entry alone is ignored, even when it is positive', () => {
    const alone = { parentRef: ref('inference-gateway'), controllerName: foreign };
    expect(unmetRoute(route([{ ...alone, conditions: good }]))).toBe('no entry');
    const other = { parentRef: ref('other'), controllerName: ours };
    expect(unmetRoute(route([{ ...other, conditions: good }]))).toBe('no entry');
  });

  test('a malformed foreign entry hides nothing', () => {
    const own = { parentRef: ref('inference-gateway'), controllerName: ours, conditions: good };
    expect(unmetRoute(route([{ parentRef: 7 }, null, own]))).toBeUndefined();
  });

  test('a reference with a namespace written out is ours', () => {
    const parentRef = ref('inference-gateway', { namespace: 'default' });
    expect(
      unmetRoute(route([{ parentRef, controllerName: ours, conditions: good }])),
    ).toBeUndefined();
  });
});

test('status.ancestors counts the entries of our gateway alone', () => {
  const extension = (ancestors: readonly unknown[]): KubernetesObject => ({
    apiVersion: 'networking.gke.io/v1',
    kind: 'GCPTrafficExtension',
    metadata: { name: 'apigee-llm-extension', namespace: 'default', generation: 2 },
    status: { ancestors },
  });
  const entry = (name: string, controllerName: string, conditions: unknown) => ({
    ancestorRef: ref(name),
    controllerName,
    conditions,
  });
  const read = (...all: unknown[]) =>
    ancestorConditions(extension(all), gatewayRef).map((one) => one.map(({ status }) => status));
  expect(read(entry('inference-gateway', ours, good), entry('other', ours, bad))).toEqual([
    ['True', 'True'],
  ]);
  expect(
    read(entry('inference-gateway', foreign, bad), entry('inference-gateway', ours, good)),
  ).toEqual([['True', 'True']]);
  expect(read(entry('inference-gateway', foreign, good))).toEqual([]);
});

function resource(status: unknown): KubernetesObject {
  return {
    apiVersion: 'apim.googleapis.com/v1',
    kind: 'ApigeeBackendService',
    metadata: { name: 'apigee-llm', namespace: 'default' },
    ...(status === undefined ? {} : { status }),
  };
}

const crd = (columns: readonly object[]): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'apigeebackendservices.apim.googleapis.com' },
  spec: { versions: [{ name: 'v1', additionalPrinterColumns: columns }] },
});

describe("the operator's state", () => {
  test.each(['CREATED', 'created', 'Created', 'RUNNING', 'running', ' Running '])(
    '%j counts as created',
    (state) => {
      expect(unmetOperator(resource({ state }))).toBeUndefined();
      expect(unmetOperator(resource({ currentState: state }))).toBeUndefined();
      expect(unmetOperator(resource({ status: state }))).toBeUndefined();
    },
  );

  test('is read from the printer column of its definition before any known field', () => {
    const columns = columnsIn(
      crd([
        { name: 'Age', jsonPath: '.metadata.creationTimestamp' },
        { name: 'STATE', jsonPath: '.status.provisioning.phase' },
        {
          name: 'ErrorMessage',
          jsonPath: '.status.conditions[?(@.type=="Failed")].message',
        },
      ]),
      'v1',
    );
    const status = (phase: string) => ({
      state: 'CREATED',
      provisioning: { phase },
      conditions: [
        { type: 'Ready', message: 'no' },
        { type: 'Failed', message: 'quota is spent' },
      ],
    });
    expect(unmetOperator(resource(status('running')), columns)).toBeUndefined();
    expect(unmetOperator(resource(status('Create_Update_Failed')), columns)).toBe(
      'its state is Create_Update_Failed: quota is spent',
    );
  });

  test('falls back to the known fields when the column is empty or its path unreadable', () => {
    for (const jsonPath of ['.status.nothing', '.status[', '{.status.nothing}']) {
      const columns = columnsIn(crd([{ name: 'State', jsonPath }]), 'v1');
      expect(operatorState(resource({ state: 'created' }), columns).state).toBe('created');
    }
  });

  test('of an unknown value or form is shown, and never treated as unread', () => {
    expect(unmetOperator(resource({ state: 'PROVISIONING' }))).toBe('its state is PROVISIONING');
    expect(unmetOperator(resource({ outcome: 'GOOD', tries: 3 }))).toBe(
      'the operator reports no state that llmgw can read (outcome: GOOD, tries: 3)',
    );
    expect(unmetOperator(resource({}))).toBe('the operator has not processed it yet');
    expect(unmetOperator(resource(undefined))).toBe('the operator has not processed it yet');
  });
});
