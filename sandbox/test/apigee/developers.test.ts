// Tests of developers: unique lower-case e-mails, and status changes.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApigee, type OpenApigee, refused } from './open-apigee.ts';

let opened: OpenApigee;
const alice = {
  email: 'alice@example.com',
  firstName: 'Alice',
  lastName: 'Archer',
  userName: 'alice',
  attributes: [{ name: 'slack', value: 'U0ALICE' }],
};
const path = '/developers/alice%40example.com';

beforeEach(async () => {
  opened = await openApigee();
});
afterEach(() => opened.end());

test('developers can be created, read, updated, listed and deleted', async () => {
  const created = await opened.ask('POST', '/developers', alice);
  expect(created).toMatchObject({ ...alice, status: 'active', organizationName: 'llm-demo' });
  expect(await opened.ask('GET', path)).toEqual(created);
  const byId = await opened.ask('GET', `/developers/${String(created['developerId'])}`);
  expect(byId).toEqual(created);
  await opened.ask('PUT', path, { ...alice, lastName: 'Baker' });
  expect(await opened.ask('GET', path)).toMatchObject({ lastName: 'Baker' });
  await opened.ask('POST', '/developers', { ...alice, email: 'bob@example.com' });
  const listed = await opened.ask('GET', '/developers');
  expect(listed['developer']).toEqual([
    { email: 'alice@example.com' },
    { email: 'bob@example.com' },
  ]);
  const paged = await opened.ask('GET', '/developers?count=1&startKey=bob%40example.com');
  expect(paged['developer']).toEqual([{ email: 'bob@example.com' }]);
  const expanded = await opened.ask('GET', '/developers?expand=true');
  expect(expanded['developer']).toMatchObject([{ apps: [] }, { apps: [] }]);
  const both = await opened.call('GET', '/developers?expand=true&count=1');
  expect(refused(both)).toMatchObject({ status: 400 });
  await opened.ask('DELETE', path);
  expect(refused(await opened.call('GET', path))).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
  });
  expect(opened.context.unknown).toEqual([]);
});

test('a developer status changes by an octet-stream POST with an empty response', async () => {
  await opened.ask('POST', '/developers', alice);
  const off = await opened.call('POST', `${path}?action=inactive`, '');
  expect(off).toEqual({ status: 204, body: {} });
  expect(await opened.ask('GET', path)).toMatchObject({ status: 'inactive' });
  await opened.ask('POST', `${path}?action=active`, '');
  expect(await opened.ask('GET', path)).toMatchObject({ status: 'active' });
  expect((await opened.call('POST', `${path}?action=asleep`, '')).status).toBe(400);
});

test('a duplicate e-mail, capital letters and missing names are refused', async () => {
  await opened.ask('POST', '/developers', alice);
  expect(refused(await opened.call('POST', '/developers', alice))).toMatchObject({
    status: 409,
    code: 'ALREADY_EXISTS',
  });
  const wrong = [
    { email: 'Alice@Example.com' },
    { email: 'nobody' },
    { email: '' },
    { firstName: '' },
    { lastName: '' },
    { userName: '' },
    { userName: {} },
    { attributes: 'none' },
    { attributes: Array.from({ length: 19 }, (_, index) => ({ name: `n${index}` })) },
  ];
  for (const change of wrong) {
    const answer = await opened.call('POST', '/developers', {
      ...alice,
      email: 'carol@example.com',
      ...change,
    });
    expect(refused(answer), JSON.stringify(change)).toMatchObject({
      status: 400,
      code: 'INVALID_ARGUMENT',
    });
  }
});

test('another organization is not accessible', async () => {
  const url = `${opened.context.baseUrl}/apigee/v1/organizations/other`;
  const answer = await opened.auth.request({ url, validateStatus: () => true });
  expect(answer.status).toBe(403);
});
