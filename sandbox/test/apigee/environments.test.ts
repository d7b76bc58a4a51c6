// Tests of environments, attachments and groups: one long-running operation per resource.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApigee, type OpenApigee, refused } from './open-apigee.ts';

let opened: OpenApigee;
const instance = '/instances/instance-us-central1';
const untyped = {
  name: 'apim-op-env',
  displayName: 'apim-op-env',
  state: 'ACTIVE',
  deploymentType: 'PROXY',
  apiProxyType: 'PROGRAMMABLE',
  properties: { property: [{ name: 'apigee-service-extension-enabled', value: 'true' }] },
};
const environment = { ...untyped, type: 'COMPREHENSIVE' };

beforeEach(async () => {
  opened = await openApigee();
});
afterEach(() => opened.end());

test('the organization and its instance are returned as provisioned', async () => {
  expect(await opened.ask('GET', '')).toMatchObject({
    name: 'llm-demo',
    state: 'ACTIVE',
    billingType: 'PAYG',
    environments: [],
  });
  const listed = await opened.ask('GET', '/instances');
  expect(listed['instances']).toMatchObject([
    { location: 'us-central1', runtimeVersion: '1-16-0-apigee-3', state: 'ACTIVE' },
  ]);
  expect(await opened.ask('GET', instance)).toMatchObject({ name: 'instance-us-central1' });
  expect(await opened.ask('GET', '/envgroups')).toMatchObject({
    environmentGroups: [{ name: 'default-group', hostnames: [] }],
  });
  expect(opened.apigee.billable()).toEqual([]);
});

test('operations create, attach and delete an environment', async () => {
  const started = await opened.ask('POST', '/environments', environment);
  expect(started).toMatchObject({ metadata: { operationType: 'INSERT', state: 'IN_PROGRESS' } });
  expect(started['done']).toBeUndefined();
  expect(await opened.ask('GET', '/environments/apim-op-env')).toMatchObject({
    state: 'CREATING',
    type: 'COMPREHENSIVE',
  });
  const early = await opened.call('POST', `${instance}/attachments`, {
    environment: 'apim-op-env',
  });
  expect(refused(early)).toMatchObject({ status: 400, code: 'FAILED_PRECONDITION' });

  opened.clock.advance(60_000);
  expect(await opened.ask('GET', '/environments/apim-op-env')).toMatchObject({
    state: 'ACTIVE',
    properties: environment.properties,
  });
  const attached = await opened.finish('POST', `${instance}/attachments`, {
    environment: 'apim-op-env',
  });
  expect(attached).toMatchObject({ done: true, response: { environment: 'apim-op-env' } });
  expect(opened.apigee.billable()).toEqual([
    {
      service: 'apigee',
      kind: 'Environment',
      name: 'organizations/llm-demo/environments/apim-op-env',
    },
  ]);
  const again = await opened.call('POST', `${instance}/attachments`, {
    environment: 'apim-op-env',
  });
  expect(refused(again)).toMatchObject({ status: 409, code: 'ALREADY_EXISTS' });
  const inUse = await opened.call('DELETE', '/environments/apim-op-env');
  expect(refused(inUse)).toMatchObject({ status: 400, code: 'FAILED_PRECONDITION' });

  const { attachments } = await opened.ask('GET', `${instance}/attachments`);
  const [{ name = '' } = {}] = attachments as { name?: string }[];
  await opened.finish('DELETE', `${instance}/attachments/${name}`);
  await opened.finish('DELETE', '/environments/apim-op-env');
  const gone = await opened.call('GET', '/environments/apim-op-env');
  expect(refused(gone)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  expect(opened.apigee.billable()).toEqual([]);
  const { operations } = await opened.ask('GET', '/operations');
  expect(operations).toHaveLength(4);
  expect(opened.context.unknown).toEqual([]);
});

test('an environment without a type is BASE', async () => {
  await opened.finish('POST', '/environments', untyped);
  expect(await opened.ask('GET', '/environments/apim-op-env')).toMatchObject({ type: 'BASE' });
});

test('only pay-as-you-go plans have environment types', async () => {
  const org = opened.apigee.state.organizations['llm-demo'];
  if (org !== undefined) org.billingType = 'SUBSCRIPTION';
  const typed = await opened.call('POST', '/environments', environment);
  expect(refused(typed)).toMatchObject({ status: 400, code: 'FAILED_PRECONDITION' });
  await opened.finish('POST', '/environments', untyped);
  expect(await opened.ask('GET', '/environments/apim-op-env')).toMatchObject({
    type: 'COMPREHENSIVE',
  });
});

test('a duplicate environment name, an invalid name and an invalid type are refused', async () => {
  await opened.ask('POST', '/environments', environment);
  const twice = await opened.call('POST', '/environments', environment);
  expect(refused(twice)).toMatchObject({ status: 409, code: 'ALREADY_EXISTS' });
  for (const change of [{ name: 'no spaces' }, { name: '' }, { name: 'x', type: 'HUGE' }]) {
    const wrong = await opened.call('POST', '/environments', { ...environment, ...change });
    expect(refused(wrong)).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT' });
  }
});

test('an environment update replaces the properties and keeps the type', async () => {
  await opened.finish('POST', '/environments', environment);
  const read = await opened.ask('GET', '/environments/apim-op-env');
  const properties = { property: [{ name: 'other', value: 'yes' }] };
  const updated = await opened.ask('PUT', '/environments/apim-op-env', { ...read, properties });
  expect(updated).toMatchObject({ type: 'COMPREHENSIVE', properties });
  const fixed = await opened.call('PUT', '/environments/apim-op-env', { ...read, type: 'BASE' });
  expect(refused(fixed)).toMatchObject({ status: 400 });
});

test('an organization runs one operation at a time and refuses every other request', async () => {
  await opened.finish('POST', '/environments', environment);
  await opened.finish('POST', '/environments', { ...environment, name: 'second' });
  const read = await opened.ask('GET', '/environments/apim-op-env');
  await opened.ask('POST', `${instance}/attachments`, { environment: 'second' });
  const others: [method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object][] = [
    ['POST', `${instance}/attachments`, { environment: 'apim-op-env' }],
    ['POST', '/environments', { ...environment, name: 'third' }],
    ['PUT', '/environments/apim-op-env', read],
    ['DELETE', '/environments/apim-op-env'],
    ['POST', '/envgroups', { name: 'llm-group', hostnames: ['llm.example.com'] }],
  ];
  for (const [method, path, body] of others) {
    expect(refused(await opened.call(method, path, body))).toEqual({
      status: 400,
      code: 'FAILED_PRECONDITION',
      message:
        'the resource is locked by another operation where the attachment of environment second to instance instance-us-central1 is currently being created',
    });
  }
  opened.clock.advance(6 * 60_000);
  expect((await opened.call('GET', '/environments/third')).status).toBe(404);
  await opened.finish('POST', '/environments', { ...environment, name: 'third' });
});

test('the lock error uses the envelope that the state sets', async () => {
  const fault = { fault: { faultstring: 'Not now', detail: { errorcode: 'x.Locked' } } };
  opened.apigee.state.lockRefusal = { status: 409, body: JSON.stringify(fault) };
  const wanted = { name: 'first', type: 'COMPREHENSIVE' };
  await opened.ask('POST', '/environments', wanted);
  const second = await opened.call('POST', '/environments', { ...wanted, name: 'second' });
  expect(second).toEqual({ status: 409, body: fault });
  opened.clock.advance(60_000);
  await opened.ask('POST', '/environments', { ...wanted, name: 'second' });
});

test('a failed operation is done with an error and does not create its resource', async () => {
  const message = 'Instance has reached its limit of environments.';
  opened.apigee.state.operationErrors = [
    { kind: 'environment-ready', code: 13, message: 'internal' },
    { kind: 'attached', code: 8, message },
  ];
  const made = await opened.finish('POST', '/environments', environment);
  expect(made).toMatchObject({ done: true, error: { code: 13, message: 'internal' } });
  expect(made).not.toHaveProperty('response');
  expect((await opened.call('GET', '/environments/apim-op-env')).status).toBe(404);
  await opened.finish('POST', '/environments', environment);
  const body = { environment: 'apim-op-env' };
  const attached = await opened.finish('POST', `${instance}/attachments`, body);
  expect(attached).toMatchObject({ done: true, error: { code: 8, message } });
  expect(await opened.ask('GET', `${instance}/attachments`)).toEqual({});
  await opened.finish('POST', `${instance}/attachments`, body);
  expect(await opened.ask('GET', `${instance}/attachments`)).toHaveProperty('attachments');
});

test('operations change the host names and attached environments of a group', async () => {
  await opened.finish('POST', '/environments', environment);
  await opened.finish('POST', '/envgroups', { name: 'llm-group', hostnames: ['llm.example.com'] });
  await opened.finish('PATCH', '/envgroups/llm-group?updateMask=hostnames', {
    hostnames: ['llm.example.com', '127.9.9.9.nip.io'],
  });
  expect(await opened.ask('GET', '/envgroups/llm-group')).toMatchObject({
    hostnames: ['llm.example.com', '127.9.9.9.nip.io'],
  });
  const taken = await opened.call('PATCH', '/envgroups/default-group', {
    hostnames: ['127.9.9.9.nip.io'],
  });
  expect(refused(taken)).toMatchObject({ status: 409 });
  for (const host of ['127.9.9.9', 'localhost']) {
    const unnamed = await opened.call('PATCH', '/envgroups/llm-group', { hostnames: [host] });
    expect(refused(unnamed)).toMatchObject({ status: 400, code: 'INVALID_ARGUMENT' });
  }
  const body = { environment: 'apim-op-env' };
  await opened.finish('POST', '/envgroups/llm-group/attachments', body);
  const { environmentGroupAttachments } = await opened.ask(
    'GET',
    '/envgroups/llm-group/attachments',
  );
  const [{ name = '' } = {}] = environmentGroupAttachments as { name?: string }[];
  const busy = await opened.call('DELETE', '/envgroups/llm-group');
  expect(refused(busy)).toMatchObject({ status: 400, code: 'FAILED_PRECONDITION' });
  await opened.finish('DELETE', `/envgroups/llm-group/attachments/${name}`);
  await opened.finish('DELETE', '/envgroups/llm-group');
  expect((await opened.call('GET', '/envgroups/llm-group')).status).toBe(404);
});

test('operations continue after a restart', async () => {
  await opened.ask('POST', '/environments', environment);
  await opened.apigee.stop();
  await opened.google.stop();
  await opened.close();
  opened = await openApigee({ clock: opened.clock, directory: opened.directory });
  const state = async () => (await opened.ask('GET', '/environments/apim-op-env'))['state'];
  expect(await state()).toBe('CREATING');
  opened.clock.advance(60_000);
  expect(await state()).toBe('ACTIVE');
});
