// Tests of projects, IAM policies, service accounts and billing with their real clients.
import { cloudbilling } from 'googleapis/build/src/apis/cloudbilling/index.js';
import { cloudresourcemanager } from 'googleapis/build/src/apis/cloudresourcemanager/index.js';
import { iam } from 'googleapis/build/src/apis/iam/index.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGoogle, type OpenGoogle, refusal, rooted } from './open-google.ts';

let opened: OpenGoogle;
const resource = 'projects/llm-demo';
const email = 'apigee-apim-gsa@llm-demo.iam.gserviceaccount.com';
const member = `serviceAccount:${email}`;
const workload = 'serviceAccount:llm-demo.svc.id.goog[apim/apim-ksa]';

const root = (prefix: string): string => `${opened.context.baseUrl}/${prefix}/`;
const manager = () =>
  rooted(cloudresourcemanager({ version: 'v3', auth: opened.auth }), root('resourcemanager'))
    .projects;
const accounts = () =>
  rooted(iam({ version: 'v1', auth: opened.auth }), root('iam')).projects.serviceAccounts;
const createAccount = () =>
  accounts().create({
    name: resource,
    requestBody: {
      accountId: 'apigee-apim-gsa',
      serviceAccount: { displayName: 'Apigee operator', description: 'made by a test' },
    },
  });

beforeEach(async () => {
  opened = await openGoogle();
});
afterEach(() => opened.end());

test('both API versions return the project, and billing returns its account', async () => {
  const v3 = await manager().get({ name: resource });
  expect(v3.data).toMatchObject({ name: 'projects/424242424242', state: 'ACTIVE' });
  const v1 = rooted(
    cloudresourcemanager({ version: 'v1', auth: opened.auth }),
    root('resourcemanager'),
  ).projects;
  const old = await v1.get({ projectId: 'llm-demo' });
  expect(old.data).toMatchObject({ projectNumber: '424242424242', lifecycleState: 'ACTIVE' });
  const policy = await v1.getIamPolicy({ resource: 'llm-demo', requestBody: {} });
  await v1.setIamPolicy({ resource: 'llm-demo', requestBody: { policy: policy.data } });
  const held = await v1.testIamPermissions({
    resource: 'llm-demo',
    requestBody: { permissions: ['container.clusters.create'] },
  });
  expect(held.data.permissions).toEqual(['container.clusters.create']);
  const billing = rooted(
    cloudbilling({ version: 'v1', auth: opened.auth }),
    root('billing'),
  ).projects;
  const billed = await billing.getBillingInfo({ name: resource });
  expect(billed.data).toMatchObject({ billingEnabled: true, projectId: 'llm-demo' });
  expect(await refusal(manager().get({ name: 'projects/elsewhere' }))).toMatchObject({
    status: 403,
  });
});

test('testIamPermissions lists held permissions, and calls without one are refused', async () => {
  opened.google.state.caller.deniedPermissions = ['iam.serviceAccounts.create'];
  const permissions = ['iam.serviceAccounts.create', 'iam.serviceAccounts.get'];
  const tested = await manager().testIamPermissions({ resource, requestBody: { permissions } });
  expect(tested.data.permissions).toEqual(['iam.serviceAccounts.get']);
  expect(await refusal(createAccount())).toEqual({
    status: 403,
    message:
      "Permission 'iam.serviceAccounts.create' denied on resource '//iam.googleapis.com/projects/llm-demo' (or it may not exist).",
    reason: 'IAM_PERMISSION_DENIED',
  });
  expect(
    await refusal(
      manager().testIamPermissions({ resource, requestBody: { permissions: ['nonsense'] } }),
    ),
  ).toMatchObject({ status: 400 });
});

test('service accounts can be created, found and deleted', async () => {
  const name = `${resource}/serviceAccounts/${email}`;
  expect(await refusal(accounts().get({ name }))).toMatchObject({
    status: 404,
    message: 'Unknown service account',
  });
  const created = await createAccount();
  expect(created.data).toMatchObject({ email, name, displayName: 'Apigee operator' });
  expect(await refusal(createAccount())).toEqual({
    status: 409,
    message: 'Service account apigee-apim-gsa already exists within project projects/llm-demo.',
    reason: 'ALREADY_EXISTS',
  });
  const anywhere = await accounts().get({ name: `projects/-/serviceAccounts/${email}` });
  expect(anywhere.data.uniqueId).toBe(created.data.uniqueId);
  const listed = await accounts().list({ name: resource });
  expect(listed.data.accounts?.map((account) => account.email)).toEqual([email]);
  const short = accounts().create({ name: resource, requestBody: { accountId: 'x' } });
  expect(await refusal(short)).toMatchObject({ status: 400 });

  await accounts().delete({ name });
  expect(opened.google.identity.serviceAccountExists(email)).toBe(false);
  expect(await refusal(accounts().delete({ name }))).toMatchObject({ status: 404 });
});

test('a granted role takes effect after minutes, and a stale policy is refused', async () => {
  const { identity } = opened.google;
  const holds = (): boolean => identity.hasProjectRole('llm-demo', member, 'roles/apigee.admin');
  const binding = { role: 'roles/apigee.admin', members: [member] };
  const read = (await manager().getIamPolicy({ resource, requestBody: {} })).data;
  const policy = { ...read, bindings: [...(read.bindings ?? []), binding] };
  expect(
    await refusal(manager().setIamPolicy({ resource, requestBody: { policy } })),
  ).toMatchObject({ status: 400, message: `Service account ${email} does not exist.` });

  await createAccount();
  const written = await manager().setIamPolicy({ resource, requestBody: { policy } });
  expect(written.data.etag).not.toBe(read.etag);
  expect(holds()).toBe(false);
  const stale = await refusal(manager().setIamPolicy({ resource, requestBody: { policy } }));
  expect(stale).toMatchObject({ status: 409, reason: 'ABORTED' });
  opened.clock.advance(6 * 60_000);
  expect(holds()).toBe(false);
  opened.clock.advance(60_000);
  expect(holds()).toBe(true);

  await accounts().delete({ name: `${resource}/serviceAccounts/${email}` });
  expect(holds()).toBe(false);
});

test('a Kubernetes service account has access once its pool exists and the grant is in effect', async () => {
  const { identity } = opened.google;
  await createAccount();
  const account = `${resource}/serviceAccounts/${email}`;
  const grant = async () => {
    const read = await accounts().getIamPolicy({ resource: account });
    const bindings = [{ role: 'roles/iam.workloadIdentityUser', members: [workload] }];
    const requestBody = { policy: { ...read.data, bindings } };
    return accounts().setIamPolicy({ resource: account, requestBody });
  };
  const early = await refusal(grant());
  expect(early.status).toBe(400);
  expect(early.message).toContain('Identity Pool does not exist (llm-demo.svc.id.goog).');
  identity.ensureWorkloadPool('llm-demo');
  await grant();
  expect(identity.mayActAs(workload, email)).toBe(false);
  opened.clock.advance(7 * 60_000);
  expect(identity.mayActAs(workload, email)).toBe(true);
  expect(opened.context.unknown).toEqual([]);
});
