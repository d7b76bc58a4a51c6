// Tests of Service Usage with its real client: operations, and calls to disabled APIs.
import { serviceusage } from 'googleapis/build/src/apis/serviceusage/index.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGoogle, type OpenGoogle, refusal, rooted } from './open-google.ts';

let opened: OpenGoogle;
const parent = 'projects/llm-demo';
const containerApi = 'container.googleapis.com';

const root = (of: OpenGoogle): string => `${of.context.baseUrl}/serviceusage/`;
const client = () => rooted(serviceusage({ version: 'v1', auth: opened.auth }), root(opened));

beforeEach(async () => {
  opened = await openGoogle();
});
afterEach(() => opened.end());

test('an operation enables several APIs', async () => {
  const { identity } = opened.google;
  const before = await client().services.get({ name: `${parent}/services/${containerApi}` });
  expect(before.data).toMatchObject({ state: 'DISABLED', parent: 'projects/424242424242' });

  const serviceIds = [containerApi, 'networkservices.googleapis.com'];
  const started = await client().services.batchEnable({ parent, requestBody: { serviceIds } });
  expect(started.data.done).toBeUndefined();
  expect(identity.isServiceEnabled('llm-demo', containerApi)).toBe(false);

  const name = started.data.name ?? '';
  expect((await client().operations.get({ name })).data.done).toBeUndefined();
  opened.clock.advance(60_000);
  const { data: done } = await client().operations.get({ name });
  expect(done.done).toBe(true);
  expect(done.response?.['services']).toMatchObject([{ state: 'ENABLED' }, { state: 'ENABLED' }]);
  expect(identity.isServiceEnabled('llm-demo', containerApi)).toBe(true);

  const again = await client().services.batchEnable({ parent, requestBody: { serviceIds } });
  expect(again.data).toMatchObject({ name: 'operations/noop.DONE_OPERATION', done: true });
  expect(opened.context.unknown).toEqual([]);
});

test('one API can be enabled and disabled', async () => {
  const name = `${parent}/services/${containerApi}`;
  const enabled = (): boolean => opened.google.identity.isServiceEnabled('llm-demo', containerApi);
  await client().services.enable({ name, requestBody: {} });
  opened.clock.advance(60_000);
  expect(enabled()).toBe(true);
  await client().services.disable({ name, requestBody: {} });
  opened.clock.advance(60_000);
  expect(enabled()).toBe(false);
});

test('an operation can be done and failed', async () => {
  const message = 'The service is not available for this project.';
  opened.google.state.operationErrors = [{ kind: 'services', code: 9, message }];
  const name = `${parent}/services/${containerApi}`;
  const { data } = await client().services.enable({ name, requestBody: {} });
  opened.clock.advance(60_000);
  const done = await client().operations.get({ name: data.name ?? '' });
  expect(done.data).toEqual({ name: data.name, done: true, error: { code: 9, message } });
  expect(opened.google.identity.isServiceEnabled('llm-demo', containerApi)).toBe(false);
});

test('services are listed by state, in pages', async () => {
  const listed: string[] = [];
  let pageToken: string | undefined;
  do {
    const page: { pageToken?: string } = pageToken === undefined ? {} : { pageToken };
    const { data } = await client().services.list({
      parent,
      filter: 'state:ENABLED',
      pageSize: 4,
      ...page,
    });
    listed.push(...(data.services ?? []).map((service) => service.config?.name ?? ''));
    pageToken = data.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  expect(listed.toSorted()).toEqual(
    opened.google.state.projects['llm-demo']?.enabledServices.toSorted(),
  );
});

test('unknown services, missing billing and another project are refused', async () => {
  const enable = (serviceIds: string[], project = 'llm-demo') =>
    refusal(
      client().services.batchEnable({ parent: `projects/${project}`, requestBody: { serviceIds } }),
    );
  expect(await enable(['nonsense.googleapis.com'])).toMatchObject({
    status: 403,
    reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
  });
  expect(await enable([])).toMatchObject({ status: 400 });
  expect(await enable([containerApi], 'elsewhere')).toMatchObject({ status: 403 });
  const project = opened.google.state.projects['llm-demo'];
  if (project !== undefined) project.billingAccount = '';
  const unbilled = await enable([containerApi]);
  expect(unbilled).toMatchObject({ status: 400, reason: 'UREQ_PROJECT_BILLING_NOT_FOUND' });
  expect(unbilled.message).toContain("Billing account for project '424242424242' is not found.");
});

test('an operation continues after a restart', async () => {
  await client().services.enable({ name: `${parent}/services/${containerApi}`, requestBody: {} });
  await opened.google.stop();
  await opened.close();
  opened = await openGoogle({ clock: opened.clock, directory: opened.directory });
  const enabled = (): boolean => opened.google.identity.isServiceEnabled('llm-demo', containerApi);
  expect(enabled()).toBe(false);
  opened.clock.advance(60_000);
  expect(enabled()).toBe(true);
});
