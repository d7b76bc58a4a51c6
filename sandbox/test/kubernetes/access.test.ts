// Tests of access: Google permissions, RBAC, service account tokens and impersonation.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  callerEmail,
  configMap,
  deniedPermissions,
  type OpenCluster,
  openCluster,
} from './open-cluster.ts';

let open: OpenCluster;
const maps = '/api/v1/namespaces/default/configmaps';
const accounts = '/api/v1/namespaces/default/serviceaccounts';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const picker = 'system:serviceaccount:default:picker';

beforeAll(async () => {
  open = await openCluster();
  await open.call('POST', accounts, { body: { metadata: { name: 'picker' } } });
  await open.call('POST', maps, { body: configMap('plugins') });
});
beforeEach(() => {
  deniedPermissions.length = 0;
});
afterAll(async () => {
  await open.end();
});

const role = (name: string, ...rules: object[]) =>
  open.call('POST', `${rbac}/namespaces/default/roles`, { body: { metadata: { name }, rules } });
const bind = (name: string, subject: object) =>
  open.call('POST', `${rbac}/namespaces/default/rolebindings`, {
    body: {
      metadata: { name },
      subjects: [subject],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    },
  });
const mayI = async (resourceAttributes: object, as?: string): Promise<unknown> => {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const who = as === undefined ? {} : { as };
  return (await open.call('POST', path, { body: { spec: { resourceAttributes } }, ...who })).body
    .status;
};

test.each<[string, string, string, string, object | undefined, string]>([
  [
    'container.configMaps.list',
    'GET',
    maps,
    'configmaps is forbidden',
    undefined,
    `cannot list resource "configmaps" in API group "" in the namespace "default"`,
  ],
  [
    'container.configMaps.get',
    'GET',
    `${maps}/plugins`,
    'configmaps "plugins" is forbidden',
    undefined,
    `cannot get resource "configmaps" in API group "" in the namespace "default"`,
  ],
  [
    'container.clusterRoles.create',
    'POST',
    `${rbac}/clusterroles`,
    'clusterroles.rbac.authorization.k8s.io is forbidden',
    { metadata: { name: 'x' } },
    `cannot create resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope`,
  ],
  [
    'container.thirdPartyObjects.delete',
    'DELETE',
    '/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways/g',
    'gateways.gateway.networking.k8s.io "g" is forbidden',
    undefined,
    `cannot delete resource "gateways" in API group "gateway.networking.k8s.io" in the namespace "default"`,
  ],
])('GKE refuses a call without %s', async (permission, method, path, what, body, why) => {
  deniedPermissions.push(permission);
  const refused = await open.call(method, path, { body });
  expect(refused.body).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: `${what}: User "${callerEmail}" ${why}: requires one of ["${permission}"] permission(s).`,
  });
});

test('an apply that creates an object needs both permissions', async () => {
  deniedPermissions.push('container.configMaps.create');
  const refused = await open.apply('t', `${maps}/applied`, configMap('applied'));
  expect(refused.body.message).toContain('cannot create resource "configmaps"');
  expect((await open.apply('t', `${maps}/plugins`, configMap('plugins', { a: '1' }))).status).toBe(
    200,
  );
});

test('a service account has the permissions of its role only while it is bound', async () => {
  const refused = await open.call('GET', `${maps}/plugins`, { as: picker });
  expect(refused.body).toMatchObject({
    code: 403,
    message: `configmaps "plugins" is forbidden: User "${picker}" cannot get resource "configmaps" in API group "" in the namespace "default"`,
  });
  await role('reader', { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] });
  await bind('reader', { kind: 'ServiceAccount', name: 'picker', namespace: 'default' });
  expect((await open.call('GET', `${maps}/plugins`, { as: picker })).status).toBe(200);
  expect((await open.call('GET', maps, { as: picker })).status).toBe(403);
  expect(
    (await open.call('GET', '/api/v1/namespaces/kube-system/configmaps/x', { as: picker })).status,
  ).toBe(403);
  await open.call('DELETE', `${rbac}/namespaces/default/rolebindings/reader`);
  expect((await open.call('GET', `${maps}/plugins`, { as: picker })).status).toBe(403);
});

test.each<[string, object, object, boolean]>([
  ['a name', { resourceNames: ['one'] }, { name: 'one' }, true],
  ['another name', { resourceNames: ['one'] }, { name: 'two' }, false],
  ['no name', { resourceNames: ['one'] }, {}, false],
  ['a subresource by its own word', { resources: ['pods/log'] }, { subresource: 'log' }, true],
  ['a subresource by the resource alone', {}, { subresource: 'log' }, false],
  ['any resource with it', { resources: ['*/log'] }, { subresource: 'log' }, true],
  ['another group', { apiGroups: ['apps'] }, {}, false],
  ['every verb', { verbs: ['*'] }, { verb: 'delete' }, true],
])('a rule for %s', async (what, rule, asked, allowed) => {
  const name = what.replaceAll(' ', '-');
  const user = { kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' };
  await role(name, { apiGroups: [''], resources: ['pods'], verbs: ['get'], ...rule });
  await bind(name, user);
  const pods = { verb: 'get', group: '', resource: 'pods', namespace: 'default', ...asked };
  expect(await mayI(pods, name)).toEqual({ allowed });
});

test('a service account token authenticates the account until its deletion', async () => {
  const issued = await open.call('POST', `${accounts}/picker/token`, { body: { spec: {} } });
  expect(issued.status).toBe(201);
  const { token } = issued.body.status as unknown as { token: string };
  const authorization = `Bearer ${token}`;
  const who = await open.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    body: {},
    authorization,
  });
  expect(who.body.status).toEqual({
    userInfo: {
      username: picker,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    },
  });
  expect((await open.call('GET', '/apis', { authorization })).status).toBe(200);
  expect((await open.call('GET', '/metrics', { authorization })).body.message).toBe(
    `forbidden: User "${picker}" cannot get path "/metrics"`,
  );
  const forged = `Bearer ${token.slice(0, -4)}AAAA`;
  expect((await open.call('GET', '/apis', { authorization: forged })).status).toBe(401);
  await open.call('DELETE', `${accounts}/picker`);
  expect((await open.call('GET', '/apis', { authorization })).status).toBe(401);
});

test('impersonation needs its permission', async () => {
  deniedPermissions.push('container.clusters.impersonate');
  const refused = await open.call('GET', maps, { as: 'olivia' });
  expect(refused.body.message).toContain(
    'users "olivia" is forbidden: User "llmgw@llm-demo.iam.gserviceaccount.com" cannot impersonate resource "users"',
  );
});

test('access reviews match the actual decisions', async () => {
  const deploy = { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'default' };
  expect(await mayI(deploy)).toEqual({
    allowed: true,
    reason: 'access granted by IAM permissions.',
  });
  deniedPermissions.push('container.deployments.create');
  expect(await mayI(deploy)).toEqual({
    allowed: false,
    reason: 'requires one of ["container.deployments.create"] permission(s).',
  });
});
