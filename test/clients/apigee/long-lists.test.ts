// Lists longer than Apigee gives at once: a person's apps beyond a hundred, an organization's developers beyond a thousand.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../../sandbox/apigee/state.ts';
import type { ApigeeClient } from '../../../src/clients/apigee/client.ts';
import { createApigee } from '../../../src/clients/apigee/create-apigee.ts';
import { addApp } from '../../../sandbox/test/apigee/add-app.ts';
import { openApigee, type OpenApigee, refused } from '../../../sandbox/test/apigee/open-apigee.ts';

let opened: OpenApigee;
let apigee: ApigeeClient;
let organization: Organization;

beforeAll(async () => {
  opened = await openApigee();
  organization = opened.apigee.state.organizations['llm-demo'] ?? expect.fail();
  const { token = '' } = await opened.auth.getAccessToken();
  const tokens = { get: async () => token ?? '', refresh: async () => token ?? '' };
  const url = `${opened.context.baseUrl}/apigee`;
  apigee = createApigee({ url, organization: 'llm-demo', tokens });
});
afterAll(() => opened?.end());

const numbered = (count: number, name: (digits: string) => string): string[] =>
  Array.from({ length: count }, (_, index) => name(String(index).padStart(4, '0')));

test('all apps of a developer with 237 of them, with their keys', async () => {
  const email = 'many@example.com';
  const names = numbered(237, (digits) => `app-${digits}`);
  const [first = ''] = names;
  const made = addApp(organization, { email, app: first, key: 'k', product: 'p' });
  const { apps } = organization.developers[email] ?? expect.fail();
  for (const name of names) apps[name] = { ...structuredClone(made), name };
  const cut = await opened.ask('GET', `/developers/${email}/apps?expand=true`);
  expect(cut['app']).toHaveLength(100);
  const found = await apigee.listApps(email);
  expect(found.map(({ name }) => name).toSorted()).toEqual(names);
  expect(found.every(({ credentials }) => credentials.length === 1)).toBe(true);
});

test('exactly as many as fit are all there, and an app that goes meanwhile is left out', async () => {
  const email = 'hundred@example.com';
  const names = numbered(100, (digits) => `app-${digits}`);
  const made = addApp(organization, { email, app: names[0] ?? '', key: 'k', product: 'p' });
  const { apps } = organization.developers[email] ?? expect.fail();
  for (const name of names) apps[name] = { ...structuredClone(made), name };
  expect(await apigee.listApps(email)).toHaveLength(100);
  apps['zz-last'] = { ...structuredClone(made), name: 'zz-last' };
  const gone = { service: 'apigee', operation: 'apps.get$', probability: 1, seed: 1 } as const;
  const body = JSON.stringify({ error: { code: 404, message: 'gone', status: 'NOT_FOUND' } });
  opened.context.faults.add({
    ...gone,
    action: { kind: 'status', status: 404, body, headers: {} },
  });
  expect(await apigee.listApps(email)).toHaveLength(100);
  opened.context.faults.clear();
  expect((await apigee.listApps(email)).map(({ name }) => name)).toContain('zz-last');
  expect(await apigee.listApps('nobody@example.com')).toEqual([]);
});

test('the developers with an app among 2,050, over several pages of names', async () => {
  const emails = numbered(2_050, (digits) => `person-${digits}@example.com`);
  for (const email of emails) {
    addApp(organization, { email, app: 'other', key: 'k', product: 'p' });
  }
  const owners = [emails[3], emails[1_500], emails[2_049]].map((email) => email ?? '');
  for (const email of owners) {
    addApp(organization, { email, app: 'llmgw-default', key: 'k', product: 'p' });
  }
  const cut = await opened.ask('GET', '/developers?expand=true');
  expect(cut['developer']).toHaveLength(1_000);
  const found = await apigee.developersWithApp((app) => app === 'llmgw-default');
  expect(found.map(({ email }) => email).toSorted()).toEqual(owners.toSorted());
  expect(refused(await opened.call('GET', '/developers?count=1001'))).toMatchObject({
    status: 400,
  });
}, 30_000);

test('an environment group that another teardown has taken away has no environments', async () => {
  expect(await apigee.listEnvironmentGroupAttachments('gone-meanwhile')).toEqual([]);
});
