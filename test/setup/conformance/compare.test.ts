// Comparison of the conformance kit: by structure, never by incidental values.
import { expect, test } from 'vitest';
import { compareSides } from '../../../setup/conformance/compare/compare.ts';
import type { Recording } from '../../../setup/conformance/compare/recording.ts';
import type { Json } from '../../../src/kernel/errors.ts';

const answer = (response: Json, more: Partial<Recording> = {}): Recording => ({
  check: 'apigee-reads',
  service: 'apigee',
  method: 'GET',
  path: '/v1/organizations/{}',
  query: [],
  status: 200,
  headers: { 'content-type': 'application/json' },
  response,
  ...more,
});

const between = (real: Json, sandbox: Json) =>
  compareSides([answer(real)], [answer(sandbox)]).map(
    ({ at, real: ofReal, sandbox: ofSandbox }) => `${at}: ${ofReal} / ${ofSandbox}`,
  );

test.each<[difference: string, real: Json, sandbox: Json, found: string]>([
  ['field that only the real side has', { a: 1, b: 2 }, { a: 1 }, 'b: number / absent'],
  ['field that only the sandbox has', { a: 1 }, { a: 1, b: {} }, 'b: absent / object'],
  ['type', { a: '5' }, { a: 5 }, 'a: numeric string / number'],
  ['type inside a list', { a: [{ b: 1 }] }, { a: [{ b: 'x' }] }, 'a[].b: number / string'],
  ['form of a time', { createdAt: '<time>' }, { createdAt: 1e9 }, 'createdAt: time / number'],
  ['fixed value', { state: 'running' }, { state: 'CREATED' }, 'state: running / CREATED'],
  ['constant', { kind2: 'A_B' }, { kind2: 'A_C' }, 'kind2: A_B / A_C'],
  ['error as an object', { error: { code: 1 } }, { error: 'no' }, 'error: object / string'],
  ['null', { a: null }, { a: 'x' }, 'a: null / string'],
])('a different %s is found', (_difference, real, sandbox, found) => {
  expect(between(real, sandbox)).toEqual([found]);
});

test.each<[incident: string, real: Json, sandbox: Json]>([
  ['names', { name: '<text-1>' }, { name: '<text-9>' }],
  ['numbers', { count: 1 }, { count: 700 }],
  ['sentences', { message: 'No such thing.' }, { message: 'RESOURCE_NOT_FOUND' }],
  ['length of lists', { items: [{ a: 1 }, { a: 2 }] }, { items: [{ a: 3 }] }],
  ['empty lists', { items: [] }, { items: [{ a: 3 }] }],
  ['labels', { labels: { '<key-1>': 'a' } }, { labels: { '<key-2>': 'b', '<key-3>': 'c' } }],
  ['regions of a list', { items: { 'regions/a': { b: 1 } } }, { items: { 'regions/c': { b: 1 } } }],
  ['order of fields', { a: 1, b: 2 }, { b: 2, a: 1 }],
  ['fields that not every item has', [{ a: 1 }, { b: 1 }], [{ a: 1, b: 1 }]],
])('different %s are not reported', (_incident, real, sandbox) => {
  expect(between(real, sandbox)).toEqual([]);
});

test('a different status is the only reported difference', () => {
  const refused = answer({ error: { code: 404 } }, { status: 404 });
  const found = compareSides([refused], [answer({ name: 'x' })]);
  expect(found).toMatchObject([{ at: 'status', real: '404', sandbox: '200', isPassing: false }]);
});

test('a different content type and a header of only one side are found', () => {
  const real = answer('x', { headers: { 'content-type': 'text/plain', 'retry-after': '3' } });
  expect(compareSides([real], [answer('x')])).toMatchObject([
    { at: 'header retry-after', real: 'numeric string', sandbox: 'absent' },
    { at: 'header content-type', real: 'text/plain', sandbox: 'application/json' },
  ]);
});

test('a call to only one side is found', () => {
  expect(compareSides([answer({})], [])).toMatchObject([{ real: 'made', sandbox: 'not made' }]);
});

test('an earlier answer of a repeated call is a transient difference', () => {
  const real = [answer({ state: 'PROVISIONING' }), answer({ state: 'RUNNING' })];
  const found = compareSides(real, [answer({ state: 'RUNNING' })]);
  expect(found).toMatchObject([
    { at: 'state', real: 'PROVISIONING, RUNNING', sandbox: 'RUNNING', isPassing: true },
  ]);
});

test('a write of a run that is refused in the end is a settled difference', () => {
  const write = { check: 'gateway-provision', method: 'PATCH' };
  const real = answer({ message: 'no' }, { ...write, status: 422 });
  const found = compareSides([real], [answer({ name: 'x' }, write)]);
  expect(found).toMatchObject([{ at: 'status', real: '422', isPassing: false }]);
});

test('a write of a run that met the end of an earlier one is a transient difference', () => {
  const write = { check: 'gateway-teardown', method: 'DELETE' };
  const real = answer({ message: 'gone' }, { ...write, status: 404 });
  const found = compareSides([real], [answer({}, write)]);
  expect(found).toMatchObject([{ at: 'status', real: '404', isPassing: true }]);
});

test('an aborted call is ignored when it was repeated', () => {
  const lost = answer(null, { status: 'no answer', headers: {} });
  expect(compareSides([answer({ a: 1 }), lost], [answer({ a: 2 })])).toEqual([]);
});
