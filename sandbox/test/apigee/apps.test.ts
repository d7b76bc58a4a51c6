// Tests of API products, developer apps and keys: approval, rotation and revocation.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openApigee, type OpenApigee, refused } from './open-apigee.ts';

let opened: OpenApigee;
const developer = '/developers/alice%40example.com';
const app = `${developer}/apps/llmgw-default`;
const product = {
  name: 'llm-product',
  displayName: 'llm-product',
  approvalType: 'auto',
  environments: ['apim-op-env'],
  operationGroup: {
    operationConfigType: 'proxy',
    operationConfigs: [
      {
        apiSource: 'apigee-llm',
        operations: [{ resource: '/v1/completions', methods: ['POST'] }],
        quota: { limit: '5', interval: '1', timeUnit: 'minute' },
      },
    ],
  },
};

interface Key {
  readonly consumerKey: string;
  readonly status: string;
  readonly expiresAt: string;
  readonly apiProducts: readonly { apiproduct: string; status: string }[];
}

const keys = async (): Promise<Key[]> => {
  const shown = await opened.ask('GET', app);
  return shown['credentials'] as Key[];
};

beforeEach(async () => {
  opened = await openApigee();
  await opened.ask('POST', '/apiproducts', product);
  await opened.ask('POST', '/developers', {
    email: 'alice@example.com',
    firstName: 'Alice',
    lastName: 'Archer',
    userName: 'alice',
  });
});
afterEach(() => opened.end());

const createApp = (change: object = {}) =>
  opened.call('POST', `${developer}/apps`, {
    name: 'llmgw-default',
    apiProducts: ['llm-product'],
    attributes: [{ name: 'DisplayName', value: 'LLM' }],
    ...change,
  });

test('products are listed as created, and are deleted once no app uses them', async () => {
  expect(await opened.ask('GET', '/apiproducts/llm-product')).toMatchObject(product);
  expect(await opened.ask('GET', '/apiproducts')).toEqual({
    apiProduct: [{ name: 'llm-product' }],
  });
  const expanded = await opened.ask('GET', '/apiproducts?expand=true');
  expect(expanded['apiProduct']).toMatchObject([product]);
  expect((await opened.call('POST', '/apiproducts', product)).status).toBe(409);
  const config = product.operationGroup.operationConfigs[0];
  const two = { ...config, operations: [...(config?.operations ?? []), { resource: '/' }] };
  for (const change of [
    { name: 'no/slash' },
    { approvalType: 'never' },
    { operationGroup: { operationConfigs: [two] } },
  ]) {
    const wrong = { ...product, name: 'other', ...change };
    expect((await opened.call('POST', '/apiproducts', wrong)).status).toBe(400);
  }
  await createApp();
  expect(refused(await opened.call('DELETE', '/apiproducts/llm-product'))).toMatchObject({
    status: 400,
    code: 'FAILED_PRECONDITION',
  });
  await opened.ask('DELETE', app);
  await opened.ask('DELETE', '/apiproducts/llm-product');
  expect((await opened.call('GET', '/apiproducts/llm-product')).status).toBe(404);
});

test('a new app gets a key of 48 characters for its products', async () => {
  expect((await createApp()).status).toBe(200);
  const [key] = await keys();
  expect(key).toMatchObject({
    status: 'approved',
    expiresAt: '-1',
    apiProducts: [{ apiproduct: 'llm-product', status: 'approved' }],
  });
  expect(key?.consumerKey).toMatch(/^[A-Za-z0-9]{48}$/);
  const secretless = JSON.stringify(opened.apigee.world());
  expect(secretless).not.toContain(key?.consumerKey);
  expect(secretless).toContain(`${key?.consumerKey.slice(0, 4)}****`);
  expect((await createApp()).status).toBe(409);
  expect((await createApp({ name: 'x', apiProducts: ['nonsense'] })).status).toBe(404);
  expect((await createApp({ name: 'no/slash' })).status).toBe(400);
  const limited = await createApp({ name: 'limited', keyExpiresIn: '60000' });
  expect(limited.body['credentials']).toMatchObject([
    { expiresAt: String(opened.clock.now() + 60_000) },
  ]);
  const listed = await opened.ask('GET', `${developer}/apps`);
  expect(listed['app']).toEqual([{ appId: 'limited' }, { appId: 'llmgw-default' }]);
  const expanded = await opened.ask('GET', `${developer}/apps?expand=true`);
  expect(expanded['app']).toMatchObject([{ name: 'limited' }, { name: 'llmgw-default' }]);
  expect(await opened.ask('GET', developer)).toMatchObject({ apps: ['llmgw-default', 'limited'] });
});

test('a key is pending until approved when its product requires manual approval', async () => {
  await opened.ask('POST', '/apiproducts', {
    ...product,
    name: 'careful',
    approvalType: 'manual',
  });
  await createApp({ apiProducts: ['careful'] });
  const [key] = await keys();
  expect(key?.apiProducts).toEqual([{ apiproduct: 'careful', status: 'pending' }]);
  const ref = `${app}/keys/${key?.consumerKey}/apiproducts/careful`;
  expect((await opened.call('POST', `${ref}?action=approve`, '')).status).toBe(204);
  expect((await keys())[0]?.apiProducts[0]?.status).toBe('approved');
  await opened.ask('POST', `${ref}?action=revoke`, '');
  expect((await keys())[0]?.apiProducts[0]?.status).toBe('revoked');
  await opened.ask('DELETE', ref);
  expect((await keys())[0]?.apiProducts).toEqual([]);
  expect((await opened.call('DELETE', ref)).status).toBe(404);
});

test('an app POST without an action adds a key and replaces the attributes', async () => {
  await createApp();
  await opened.ask('POST', app, { apiProducts: ['llm-product'] });
  const [old, fresh] = await keys();
  expect(fresh?.consumerKey).not.toBe(old?.consumerKey);
  expect(await opened.ask('GET', app)).toMatchObject({ attributes: [] });
  const oldPath = `${app}/keys/${old?.consumerKey}`;
  expect((await opened.call('POST', `${oldPath}?action=revoke`, '')).status).toBe(204);
  expect((await keys()).map((key) => key.status)).toEqual(['revoked', 'approved']);
  expect(await opened.ask('GET', oldPath)).toMatchObject({ status: 'revoked' });
  await opened.ask('POST', `${oldPath}?action=approve`, '');
  expect((await keys())[0]?.status).toBe('approved');
  await opened.ask('DELETE', oldPath);
  expect(await keys()).toHaveLength(1);
  expect((await opened.call('POST', app, {})).status).toBe(400);
});

test('an app update replaces the details, and a new product gets its own key', async () => {
  await createApp();
  const attributes = [{ name: 'DisplayName', value: 'Renamed' }];
  await opened.ask('PUT', app, { name: 'llmgw-default', attributes, apiProducts: ['llm-product'] });
  expect(await opened.ask('GET', app)).toMatchObject({ attributes });
  expect(await keys()).toHaveLength(1);
  await opened.ask('POST', '/apiproducts', { ...product, name: 'second' });
  await opened.ask('PUT', app, { attributes, apiProducts: ['llm-product', 'second'] });
  expect(await keys()).toHaveLength(2);
  expect((await opened.call('PUT', app, { name: 'other' })).status).toBe(400);
});

test('a change to manual approval applies only to keys created later', async () => {
  await createApp();
  await opened.ask('PUT', '/apiproducts/llm-product', { ...product, approvalType: 'manual' });
  await opened.ask('POST', app, { apiProducts: ['llm-product'], keyExpiresIn: '60000' });
  expect((await keys()).map((key) => key.apiProducts[0]?.status)).toEqual(['approved', 'pending']);
  expect((await keys())[1]?.expiresAt).toBe(String(opened.clock.now() + 60_000));
  const renamed = { ...product, name: 'other' };
  expect((await opened.call('PUT', '/apiproducts/llm-product', renamed)).status).toBe(400);
});

test.each([
  ['an app', app],
  ['a developer', developer],
  ['a product', '/apiproducts/llm-product'],
])('%s supports create, read, update and delete of single attributes', async (_what, path) => {
  await createApp();
  const first = [{ name: 'team', value: 'search' }];
  expect(await opened.ask('POST', `${path}/attributes`, { attribute: first })).toEqual({
    attribute: first,
  });
  const second = { name: 'slack', value: 'U0ALICE' };
  expect(await opened.ask('POST', `${path}/attributes/slack`, second)).toEqual(second);
  expect(await opened.ask('GET', `${path}/attributes`)).toEqual({
    attribute: [...first, second],
  });
  expect(await opened.ask('GET', `${path}/attributes/slack`)).toEqual(second);
  expect(await opened.ask('DELETE', `${path}/attributes/team`)).toEqual(first[0]);
  expect(await opened.ask('GET', path)).toMatchObject({ attributes: [second] });
  expect((await opened.call('GET', `${path}/attributes/team`)).status).toBe(404);
});

test('a key has its own attributes, which an update replaces', async () => {
  await createApp();
  const [key] = await keys();
  const path = `${app}/keys/${key?.consumerKey}`;
  const attributes = [{ name: 'rotated', value: 'true' }];
  expect(await opened.ask('POST', path, { attributes })).toMatchObject({
    attributes,
    apiProducts: [{ apiproduct: 'llm-product' }],
  });
  expect(await opened.ask('POST', path, {})).not.toHaveProperty('attributes');
});

test('an imported key starts without products, which can be added later', async () => {
  await createApp();
  for (const [path, consumerKey] of [
    [`${app}/keys`, 'my-key_1'],
    [`${app}/keys/create`, 'my-key_2'],
  ] as const) {
    const body = { consumerKey, consumerSecret: 'my-secret', expiresInSeconds: '60' };
    const imported = await opened.ask('POST', path, body);
    expect(imported).toMatchObject({ consumerKey, status: 'approved', apiProducts: [] });
    expect((await opened.call('POST', path, body)).status).toBe(409);
    await opened.ask('POST', `${app}/keys/${consumerKey}`, { apiProducts: ['llm-product'] });
  }
  expect((await keys()).map((key) => key.apiProducts.length)).toEqual([1, 1, 1]);
  expect((await opened.call('POST', `${app}/keys`, { consumerKey: 'a b' })).status).toBe(400);
});

test('an app can be revoked, approved again and found by its fields', async () => {
  await createApp();
  const [key] = await keys();
  const find = async (filter: string) => {
    const query = `expand=true&filter=${encodeURIComponent(filter)}`;
    const { app: found } = await opened.ask('GET', `/apps?${query}`);
    return ((found ?? []) as { name: string }[]).map((one) => one.name);
  };
  for (const filter of [
    `consumerKey=${key?.consumerKey}`,
    'developerEmail=alice@example.com',
    'apiProduct=llm-product',
    'appName=llmgw-default',
  ]) {
    expect(await find(filter)).toEqual(['llmgw-default']);
  }
  expect(await find('consumerKey=unknown')).toEqual([]);
  expect((await opened.call('GET', '/apps?filter=colour=red')).status).toBe(400);
  expect((await opened.call('POST', `${app}?action=revoke`, '')).status).toBe(204);
  expect(await opened.ask('GET', app)).toMatchObject({ status: 'revoked' });
  expect(await find('status=revoked')).toEqual(['llmgw-default']);
  await opened.ask('POST', `${app}?action=approve`, '');
  expect(await opened.ask('GET', app)).toMatchObject({ status: 'approved' });
  expect(opened.context.unknown).toEqual([]);
});
