// Tests of CustomResourceDefinitions: establishment, validation, and deletion with their objects.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type OpenCluster, openCluster } from './open-cluster.ts';

let open: OpenCluster;
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const widgets = '/apis/example.com/v1/namespaces/default/widgets';

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'State', type: 'string', jsonPath: '.status.state' },
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['color'],
                properties: {
                  color: { type: 'string', enum: ['red', 'blue'] },
                  size: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
                  limit: { 'x-kubernetes-int-or-string': true },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  ports: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, port: { type: 'integer' } },
                    },
                  },
                },
                'x-kubernetes-validations': [
                  { rule: "self.color != 'red' || self.size < 5", message: 'red ones are small' },
                  { rule: 'self.color == oldSelf.color', message: 'color is immutable' },
                ],
              },
              status: { type: 'object', properties: { state: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
};

beforeAll(async () => {
  open = await openCluster();
  await open.call('POST', definitions, { body: definition });
  await vi.waitFor(() => expect(open.cluster.store.serves('example.com', 'Widget')).toBe(true));
});

afterAll(async () => {
  await open.end();
});

const widget = (name: string, spec: object) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});
const create = (name: string, spec: object) =>
  open.call('POST', widgets, { body: widget(name, spec) });

test('a definition is established with its names, and then discovered', async () => {
  const { body } = await open.call('GET', `${definitions}/widgets.example.com`);
  expect(body.status).toMatchObject({
    acceptedNames: { kind: 'Widget', listKind: 'WidgetList', singular: 'widget' },
    conditions: [
      { type: 'NamesAccepted', status: 'True' },
      { type: 'Established', status: 'True' },
    ],
    storedVersions: ['v1'],
  });
  const { body: list } = await open.call('GET', '/apis/example.com/v1');
  expect(list.resources.map(({ name }: { name: string }) => name)).toEqual([
    'widgets',
    'widgets/status',
  ]);
});

test('defaults are set, unknown fields are pruned, and preserved fields stay', async () => {
  const made = await create('plain', {
    color: 'blue',
    unknown: 1,
    free: { any: { thing: 1 } },
    limit: '50%',
  });
  expect(made.body.spec).toEqual({
    color: 'blue',
    size: 3,
    free: { any: { thing: 1 } },
    limit: '50%',
  });
  expect(made.headers['warning']).toContain('spec.unknown');
});

test.each<[string, object, string]>([
  ['a missing field', {}, 'spec.color: Required value'],
  [
    'a value that is not allowed',
    { color: 'green' },
    'spec.color: Unsupported value: "green": supported values: "red", "blue"',
  ],
  ['a number out of range', { color: 'blue', size: 10 }, 'should be less than or equal to 9'],
  [
    'a wrong type',
    { color: 'blue', size: 'big' },
    'spec.size in body must be of type integer: "string"',
  ],
  [
    'two items with the same key',
    { color: 'blue', ports: [{ name: 'a' }, { name: 'a' }] },
    'spec.ports[1]: Duplicate value: {"name":"a"}',
  ],
  ['a broken rule', { color: 'red', size: 6 }, 'spec: Invalid value: "object": red ones are small'],
])('the schema refuses %s', async (_what, spec, why) => {
  const refused = await create('bad', spec);
  expect(refused.body).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(refused.body.message).toContain(why);
});

test('a transition rule compares with the old value', async () => {
  await create('painted', { color: 'blue' });
  const type = 'application/merge-patch+json';
  const refused = await open.call('PATCH', `${widgets}/painted`, {
    body: { spec: { color: 'red' } },
    type,
  });
  expect(refused.body.message).toContain('color is immutable');
  const strategic = await open.call('PATCH', `${widgets}/painted`, {
    body: {},
    type: 'application/strategic-merge-patch+json',
  });
  expect(strategic.status).toBe(415);
});

test('two managers own items of a keyed list', async () => {
  const ports = (...items: object[]): object => widget('shared', { color: 'blue', ports: items });
  await open.apply('a', `${widgets}/shared`, ports({ name: 'http', port: 80 }));
  await open.apply('b', `${widgets}/shared`, ports({ name: 'https', port: 443 }));
  const taken = await open.apply('b', `${widgets}/shared`, ports({ name: 'http', port: 81 }));
  expect(taken.body.details.causes).toEqual([
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "a"',
      field: '.spec.ports[name="http"].port',
    },
  ]);
  const left = await open.apply('b', `${widgets}/shared`, widget('shared', { color: 'blue' }));
  expect(left.body.spec.ports).toEqual([{ name: 'http', port: 80 }]);
});

test('tables have the additional printer columns', async () => {
  await create('printed', { color: 'blue', size: 4 });
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const { body } = await open.call('GET', `${widgets}?fieldSelector=metadata.name=printed`, {
    accept,
  });
  expect(body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
    'Name',
    'State',
    'Size',
  ]);
  expect(body.rows[0]?.cells).toEqual(['printed', null, 4]);
});

test('a new Gateway has the condition reason Pending until its controller sets a status', async () => {
  const path = '/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways';
  const spec = { gatewayClassName: 'x', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
  const { body } = await open.call('POST', path, { body: { metadata: { name: 'fresh' }, spec } });
  const waiting = { status: 'Unknown', reason: 'Pending', message: 'Waiting for controller' };
  expect(body.status.conditions).toMatchObject([
    { type: 'Accepted', ...waiting },
    { type: 'Programmed', ...waiting },
  ]);
});

test('a deleted definition removes all its objects', async () => {
  await create('doomed', { color: 'blue' });
  await open.call('DELETE', `${definitions}/widgets.example.com`);
  expect((await open.call('GET', widgets)).status).toBe(404);
  expect(open.cluster.store.list({ group: 'example.com', kind: 'Widget' })).toEqual([]);
});
