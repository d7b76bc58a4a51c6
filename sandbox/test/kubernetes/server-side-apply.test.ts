// Tests of server-side apply: ownership, merges, removals and conflicts.
import { expect, test } from 'vitest';
import { builtInResources } from '../../kubernetes/built-in/resources.ts';
import type { KubeObject } from '../../kubernetes/cluster.ts';
import { applyConfiguration } from '../../kubernetes/ownership/apply.ts';
import { createResources, type Resource } from '../../kubernetes/resources.ts';
import { StatusError } from '../../kubernetes/status-error.ts';

const resources = createResources(builtInResources());

function served(kind: string): Resource {
  const resource = resources.all().find((one) => one.kind === kind);
  if (resource === undefined) throw new Error(`no ${kind}`);
  return resource;
}

type Apply = readonly [manager: string, fields: object, how?: 'force'];

/** Applies the configurations in order to a Deployment; returns its final spec. */
function applyAll(applies: readonly Apply[], kind = 'Deployment'): KubeObject {
  const resource = served(kind);
  let live: KubeObject | undefined;
  for (const [manager, fields, how] of applies) {
    const configuration = {
      apiVersion: resource.group === '' ? 'v1' : `${resource.group}/v1`,
      kind,
      metadata: { name: 'x', namespace: 'default' },
      ...fields,
    };
    live = applyConfiguration(resource, live, configuration, {
      manager,
      force: how === 'force',
      subresource: '',
      time: '2026-01-01T00:00:00Z',
    }) as unknown as KubeObject;
  }
  if (live === undefined) throw new Error('nothing applied');
  return live;
}

const pod = (...containers: object[]): object => ({ spec: { template: { spec: { containers } } } });
const containersOf = (object: KubeObject): unknown =>
  (object as unknown as { spec: { template: { spec: { containers: unknown } } } }).spec.template
    .spec.containers;

test.each<[string, Apply[], object]>([
  ['creates the object', [['a', { spec: { replicas: 2 } }]], { replicas: 2 }],
  [
    'changes its own field',
    [
      ['a', { spec: { replicas: 2 } }],
      ['a', { spec: { replicas: 3 } }],
    ],
    { replicas: 3 },
  ],
  [
    'removes its own field',
    [
      ['a', { spec: { replicas: 2, paused: true } }],
      ['a', { spec: { replicas: 2 } }],
    ],
    { replicas: 2 },
  ],
  [
    'keeps a field that another manager also owns',
    [
      ['a', { spec: { replicas: 2, paused: true } }],
      ['b', { spec: { paused: true } }],
      ['a', { spec: { replicas: 2 } }],
    ],
    { replicas: 2, paused: true },
  ],
  [
    'shares ownership of a field with the same value',
    [
      ['a', { spec: { replicas: 2 } }],
      ['b', { spec: { replicas: 2 } }],
    ],
    { replicas: 2 },
  ],
  [
    'takes a field by force',
    [
      ['a', { spec: { replicas: 2 } }],
      ['b', { spec: { replicas: 5 } }, 'force'],
    ],
    { replicas: 5 },
  ],
  [
    'does not remove a field lost by force',
    [
      ['a', { spec: { replicas: 2, paused: true } }],
      ['b', { spec: { replicas: 5 } }, 'force'],
      ['a', { spec: { paused: true } }],
    ],
    { replicas: 5, paused: true },
  ],
  [
    'replaces an atomic map as a whole',
    [
      ['a', { spec: { selector: { matchLabels: { app: 'x', tier: 'y' } } } }],
      ['a', { spec: { selector: { matchLabels: { app: 'z' } } } }],
    ],
    { selector: { matchLabels: { app: 'z' } } },
  ],
  [
    'removes a struct with its last field',
    [
      ['a', { spec: { replicas: 1, strategy: { type: 'Recreate' } } }],
      ['a', { spec: { replicas: 1 } }],
    ],
    { replicas: 1 },
  ],
])('an apply %s', (_what, applies, spec) => {
  expect(applyAll(applies)['spec']).toEqual(spec);
});

test.each<[string, Apply[], object[]]>([
  [
    'merges containers by name',
    [
      ['a', pod({ name: 'one', image: 'i' })],
      ['b', pod({ name: 'two', image: 'j' })],
    ],
    [
      { name: 'one', image: 'i' },
      { name: 'two', image: 'j' },
    ],
  ],
  [
    'adds a field to the container of another manager',
    [
      ['a', pod({ name: 'one', image: 'i' })],
      ['b', pod({ name: 'one', tty: true })],
    ],
    [{ name: 'one', image: 'i', tty: true }],
  ],
  [
    'removes an item without other owners',
    [
      ['a', pod({ name: 'one', image: 'i' }, { name: 'two', image: 'j' })],
      ['a', pod({ name: 'one', image: 'i' })],
    ],
    [{ name: 'one', image: 'i' }],
  ],
  [
    'keeps an item with fields of another manager',
    [
      ['a', pod({ name: 'one', image: 'i' }, { name: 'two', image: 'j' })],
      ['b', pod({ name: 'two', tty: true })],
      ['a', pod({ name: 'one', image: 'i' })],
    ],
    [
      { name: 'one', image: 'i' },
      { name: 'two', tty: true },
    ],
  ],
  [
    'takes the order of the applied list',
    [
      ['a', pod({ name: 'one' }, { name: 'two' })],
      ['a', pod({ name: 'two' }, { name: 'one' })],
    ],
    [{ name: 'two' }, { name: 'one' }],
  ],
  [
    'keys ports by number and protocol, TCP by default',
    [
      ['a', pod({ name: 'one', ports: [{ containerPort: 53, name: 'dns' }] })],
      ['b', pod({ name: 'one', ports: [{ containerPort: 53, protocol: 'UDP' }] })],
      ['a', pod({ name: 'one', ports: [{ containerPort: 53, protocol: 'TCP', name: 'domain' }] })],
    ],
    [
      {
        name: 'one',
        ports: [
          { containerPort: 53, protocol: 'TCP', name: 'domain' },
          { containerPort: 53, protocol: 'UDP' },
        ],
      },
    ],
  ],
  [
    'replaces an atomic list',
    [
      ['a', pod({ name: 'one', args: ['x', 'y'] })],
      ['a', pod({ name: 'one', args: ['z'] })],
    ],
    [{ name: 'one', args: ['z'] }],
  ],
])('an apply to a list %s', (_what, applies, containers) => {
  expect(containersOf(applyAll(applies))).toEqual(containers);
});

test.each<[string, Apply[], string[]]>([
  [
    'one field',
    [
      ['a', { spec: { replicas: 2 } }],
      ['b', { spec: { replicas: 3 } }],
    ],
    ['.spec.replicas'],
  ],
  [
    'a field of a list item',
    [
      ['a', pod({ name: 'one', image: 'i' })],
      ['b', pod({ name: 'one', image: 'j' })],
    ],
    ['.spec.template.spec.containers[name="one"].image'],
  ],
  [
    'several fields',
    [
      ['a', { spec: { replicas: 2, paused: true } }],
      ['b', { spec: { replicas: 3, paused: false } }],
    ],
    ['.spec.replicas', '.spec.paused'],
  ],
  [
    'an atomic list',
    [
      ['a', pod({ name: 'one', args: ['x'] })],
      ['b', pod({ name: 'one', args: ['x', 'y'] })],
    ],
    ['.spec.template.spec.containers[name="one"].args'],
  ],
])('a change to %s of another manager has a cause per field', (_what, applies, fields) => {
  let thrown: unknown;
  try {
    applyAll(applies);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(StatusError);
  const { code, reason, details } = thrown as StatusError;
  expect({ code, reason }).toEqual({ code: 409, reason: 'Conflict' });
  expect(details?.causes).toEqual(
    fields.map((field) => ({
      reason: 'FieldManagerConflict',
      message: 'conflict with "a"',
      field,
    })),
  );
});

test('managedFields match those of the real server', () => {
  const object = applyAll([
    [
      'a',
      {
        metadata: { name: 'x', namespace: 'default', labels: { app: 'x' } },
        ...pod({ name: 'one', image: 'i' }),
      },
    ],
  ]);
  expect(object.metadata.managedFields).toEqual([
    {
      manager: 'a',
      operation: 'Apply',
      apiVersion: 'apps/v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { 'f:app': {} } },
        'f:spec': {
          'f:template': {
            'f:spec': {
              'f:containers': { 'k:{"name":"one"}': { '.': {}, 'f:image': {}, 'f:name': {} } },
            },
          },
        },
      },
    },
  ]);
});

test('a manager that loses its last field to a forced apply is removed', () => {
  const object = applyAll(
    [
      ['a', { data: { key: '1' } }],
      ['b', { data: { key: '2' } }, 'force'],
    ],
    'ConfigMap',
  );
  expect(object.metadata.managedFields).toMatchObject([{ manager: 'b' }]);
  expect(object['data']).toEqual({ key: '2' });
});

test('sets merge by value: finalizers of two managers coexist', () => {
  const finalizers = (...names: string[]): object => ({
    metadata: { name: 'x', namespace: 'default', finalizers: names },
  });
  const object = applyAll(
    [
      ['a', finalizers('a/one', 'a/two')],
      ['b', finalizers('b/one')],
      ['a', finalizers('a/two')],
    ],
    'ConfigMap',
  );
  expect(object.metadata.finalizers?.toSorted()).toEqual(['a/two', 'b/one']);
});
