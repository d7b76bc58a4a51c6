// Refusals of Apigee whose code decides nothing: the state of the organization decides, then the wording.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Operation, Organization } from '../../../sandbox/apigee/state.ts';
import { type OpenApigee, openApigee } from '../../../sandbox/test/apigee/open-apigee.ts';
import { fetchToken } from '../../../sandbox/test/google/open-google.ts';
import type { ApigeeClient } from '../../../src/clients/apigee/client.ts';
import { createApigee } from '../../../src/clients/apigee/create-apigee.ts';
import { faultOf } from '../../support/fault-of.ts';

let opened: OpenApigee;
let apigee: ApigeeClient;
let organization: Organization;

beforeEach(async () => {
  opened = await openApigee();
  organization = opened.apigee.state.organizations['llm-demo'] ?? expect.fail();
  const token = () => fetchToken(opened.context.baseUrl);
  apigee = createApigee({
    url: `${opened.context.baseUrl}/apigee`,
    organization: 'llm-demo',
    tokens: { get: token, refresh: token },
  });
});
afterEach(() => opened.end());

const unknown = 'the state of the resource does not allow this';
const fault = (text: string) =>
  JSON.stringify({
    fault: { faultstring: text, detail: { errorcode: 'environments.NotAllowed' } },
  });
const google = (text: string, status: string) =>
  JSON.stringify({ error: { code: 400, message: text, status } });

function runs(target = 'environments/b', done = false): Operation {
  const operation: Operation = {
    name: 'organizations/llm-demo/operations/of-somebody-else',
    done,
    metadata: { targetResourceName: `organizations/llm-demo/${target}`, state: 'IN_PROGRESS' },
  };
  organization.operations['of-somebody-else'] = operation;
  return operation;
}

function refuse(operation: string, status: number, body: string, times?: number): void {
  opened.context.faults.add({
    service: 'apigee',
    operation,
    action: { kind: 'status', status, body, headers: {} },
    probability: 1,
    seed: 1,
    ...(times === undefined ? {} : { times }),
  });
}

const create = (): Promise<unknown> =>
  apigee.createEnvironment({
    name: 'env-a',
    displayName: 'env-a',
    description: 'env-a',
    type: 'COMPREHENSIVE',
    properties: {},
  });

test.each([
  [400, fault(unknown)],
  [400, JSON.stringify({ error: unknown })],
  [400, unknown],
  [409, fault(unknown)],
  [400, google(unknown, 'FAILED_PRECONDITION')],
  [409, google(unknown, 'ABORTED')],
  [400, '<html>no</html>'],
])('an operation of the organization is waited for: %i %s', async (status, body) => {
  runs();
  opened.apigee.state.lockRefusal = { status, body };
  expect(await faultOf(create())).toMatchObject({
    kind: 'transient',
    code: 'busy',
    untilDeadline: true,
    details: { waitsFor: 'of-somebody-else' },
  });
});

test('every change of environments, instances and groups waits for it', async () => {
  await opened.finish('POST', '/environments', { name: 'env-a', type: 'COMPREHENSIVE' });
  runs();
  opened.apigee.state.lockRefusal = { status: 400, body: fault(unknown) };
  const instance = Object.keys(organization.instances)[0] ?? '';
  for (const work of [
    () => apigee.deleteEnvironment('env-a'),
    () => apigee.createAttachment(instance, 'env-a'),
    () => apigee.setHostnames('default-group', ['a.example.com']),
    () => apigee.createEnvironmentGroup({ name: 'g', hostnames: [] }),
    () => apigee.createEnvironmentGroupAttachment('default-group', 'env-a'),
  ]) {
    expect(await faultOf(work())).toMatchObject({ kind: 'transient', code: 'busy' });
  }
});

test.each([
  [400, fault(unknown), 'rejected'],
  [400, JSON.stringify({ error: unknown }), 'rejected'],
  [400, google(unknown, 'FAILED_PRECONDITION'), 'failed_precondition'],
  [409, google('detach the environment first', 'ABORTED'), 'failed_precondition'],
])('nothing runs: %i %s fails at once', async (status, body, code) => {
  runs('environments/b', true);
  refuse('environments.create', status, body);
  expect(await faultOf(create())).toMatchObject({ kind: 'permanent', code });
});

test('nothing runs: a lock that is told is waited for', async () => {
  refuse('environments.create', 400, fault('environment b is locked by another operation'));
  expect(await faultOf(create())).toMatchObject({ kind: 'transient', code: 'busy' });
});

test('what a person has to change is told, unless an operation runs on the thing itself', async () => {
  await opened.finish('POST', '/environments', { name: 'env-a', type: 'COMPREHENSIVE' });
  const attached = google('environment a is attached; detach it first', 'FAILED_PRECONDITION');
  refuse('environments.delete', 400, attached);
  runs('environments/b');
  expect(await faultOf(apigee.deleteEnvironment('env-a'))).toMatchObject({ kind: 'permanent' });
  runs('environments/env-a');
  expect(await faultOf(apigee.deleteEnvironment('env-a'))).toMatchObject({
    kind: 'transient',
    details: { waitsFor: 'of-somebody-else' },
  });
});

test.each(['CREATING', 'UPDATING', 'DELETING'] as const)(
  'an environment and an instance that are %s are waited for, though no operation is listed',
  async (state) => {
    await opened.finish('POST', '/environments', { name: 'env-a', type: 'COMPREHENSIVE' });
    const environment = organization.environments['env-a'] ?? expect.fail();
    environment.state = state;
    refuse('environments.delete', 400, fault(unknown));
    const refused = await faultOf(apigee.deleteEnvironment('env-a'));
    expect(refused).toMatchObject({ kind: 'transient', code: 'busy', untilDeadline: true });
    expect(refused.message).toContain(`environments/env-a ${state}`);

    environment.state = 'ACTIVE';
    const [instance] = Object.values(organization.instances);
    if (instance === undefined) return expect.fail('no instance');
    instance.state = state;
    refuse('attachments.create', 400, fault(unknown));
    expect(await faultOf(apigee.createAttachment(instance.name, 'env-a'))).toMatchObject({
      kind: 'transient',
      code: 'busy',
    });
  },
);

test('a named operation that runs is waited for, though the list cannot be read', async () => {
  runs();
  refuse('operations.list', 503, '');
  refuse(
    'environments.create',
    400,
    fault('see organizations/llm-demo/operations/of-somebody-else'),
  );
  expect(await faultOf(create())).toMatchObject({
    kind: 'transient',
    details: { waitsFor: 'of-somebody-else' },
  });
});

test('a named operation that has ended: the call is made again, once', async () => {
  runs('environments/b', true);
  const named = fault('see organizations/llm-demo/operations/of-somebody-else');
  refuse('environments.create', 400, named, 1);
  await expect(create()).resolves.toMatchObject({ done: false });
  refuse('environments.delete', 400, named);
  opened.clock.advance(6 * 60_000);
  expect(await faultOf(apigee.deleteEnvironment('env-a'))).toMatchObject({ kind: 'permanent' });
  const calls = opened.context.faults.strikes().map(({ operation }) => operation);
  expect(calls.filter((one) => one.endsWith('environments.delete'))).toHaveLength(2);
});

test('a state that cannot be read leaves the verdict to the wording', async () => {
  runs();
  refuse('operations.list|organizations.get|environments.get', 500, '');
  opened.apigee.state.lockRefusal = { status: 400, body: fault(unknown) };
  expect(await faultOf(create())).toMatchObject({ kind: 'permanent' });
  opened.apigee.state.lockRefusal = { status: 400, body: fault('the environment is locked') };
  expect(await faultOf(create())).toMatchObject({ kind: 'transient', code: 'busy' });
});

test('a name that is taken stays the answer while an operation runs', async () => {
  await create();
  expect(await faultOf(create())).toMatchObject({ kind: 'permanent', code: 'already_exists' });
});

test('developers and apps are no part of the lock', async () => {
  runs();
  refuse('developers.create', 400, fault(unknown));
  const developer = { email: 'a@b.c', firstName: 'A', lastName: 'B', userName: 'ab' };
  expect(await faultOf(apigee.createDeveloper(developer))).toMatchObject({ kind: 'permanent' });
});
