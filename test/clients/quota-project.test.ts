// The quota project of Google calls: its header and its faults.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenGke, openGke } from '../../sandbox/test/gke/open-gke.ts';
import { createApigee } from '../../src/clients/apigee/create-apigee.ts';
import { createGkeClient } from '../../src/clients/gke/client.ts';
import { createBilling } from '../../src/clients/google/billing.ts';
import { createCompute } from '../../src/clients/google/compute.ts';
import { createIam } from '../../src/clients/google/iam.ts';
import { createResourceManager } from '../../src/clients/google/resource-manager.ts';
import { createServiceUsage } from '../../src/clients/google/service-usage.ts';
import { createAccessTokens } from '../../src/clients/shared/access-tokens.ts';
import { cloudFault } from '../../src/clients/shared/faults.ts';
import { LlmgwError } from '../../src/kernel/errors.ts';
import { faultOf } from '../support/fault-of.ts';

const projectId = 'llm-demo';
const place = { projectId, location: 'us-central1-a', name: 'infgw-cluster' };
let opened: OpenGke;
let folder: string;

beforeEach(async () => {
  opened = await openGke();
  opened.google.state.projects[projectId]?.enabledServices.push('container.googleapis.com');
  folder = mkdtempSync(join(tmpdir(), 'llmgw-credentials-'));
});
afterEach(async () => {
  for (const name of ['GOOGLE_APPLICATION_CREDENTIALS', 'GCE_METADATA_HOST']) {
    delete process.env[name];
  }
  delete process.env['METADATA_SERVER_DETECTION'];
  rmSync(folder, { recursive: true });
  await opened.end();
});

const base = (): string => opened.context.baseUrl;

/** Credentials of `gcloud auth application-default login` for a workforce pool user. */
function usePersonsCredentials(more: object = {}): void {
  const path = join(folder, 'application_default_credentials.json');
  const credentials = {
    type: 'external_account_authorized_user',
    audience: '//iam.googleapis.com/locations/global/workforcePools/pool/providers/corp',
    client_id: 'client',
    client_secret: 'client-secret',
    refresh_token: 'refresh',
    token_url: `${base()}/sts/v1/oauthtoken`,
    ...more,
  };
  writeFileSync(path, JSON.stringify(credentials));
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = path;
}

function useServiceAccount(): void {
  process.env['GCE_METADATA_HOST'] = new URL(base()).host;
  process.env['METADATA_SERVER_DETECTION'] = 'assume-present';
}

const tokensOf = (quotaProject?: string) =>
  createAccessTokens(projectId, () => undefined, quotaProject);

/** One call to each service, by name. */
function calls(quotaProject?: string): Record<string, () => Promise<unknown>> {
  const tokens = tokensOf(quotaProject);
  const root = (service: string): string => `${base()}/${service}/`;
  return {
    gke: async () => {
      const gke = createGkeClient(tokens, opened.gke.url);
      try {
        return await gke.getCluster(place);
      } finally {
        await gke.close();
      }
    },
    compute: () => createCompute(tokens, root('compute')).listSubnetworks(projectId, 'us-central1'),
    iam: () =>
      createIam(tokens, root('iam')).getServiceAccount(
        projectId,
        `a@${projectId}.iam.gserviceaccount.com`,
      ),
    resourceManager: () =>
      createResourceManager(tokens, root('resourcemanager')).getProject(projectId),
    serviceUsage: () => createServiceUsage(tokens, root('serviceusage')).missing(projectId, []),
    billing: () => createBilling(tokens, root('billing')).isEnabled(projectId),
  };
}

const services = ['gke', 'compute', 'iam', 'resourceManager', 'serviceUsage', 'billing'];

async function outcome(work: Promise<unknown> | undefined): Promise<string> {
  try {
    await work;
    return 'answered';
  } catch (error) {
    return error instanceof LlmgwError ? error.fault.message : String(error);
  }
}

test.each(services)(
  "%s works with a person's credentials because the project is named",
  async (name) => {
    usePersonsCredentials();
    expect(await outcome(calls()[name]?.())).toBe('answered');
  },
);

test.each(services)(
  "%s works with a person's credentials whose file names another project",
  async (name) => {
    usePersonsCredentials({ quota_project_id: 'my-playground' });
    expect(await outcome(calls()[name]?.())).toBe('answered');
  },
);

test.each(services)(
  '%s works with a service account of another project, when QUOTA_PROJECT names the gateway’s',
  async (name) => {
    useServiceAccount();
    opened.google.state.caller.homeNumber = '555000555000';
    opened.google.state.caller.email = 'bot@ops-project.iam.gserviceaccount.com';
    expect(await outcome(calls(projectId)[name]?.())).toBe('answered');
  },
);

test.each(services)(
  'a service account whose own project lacks %s gets a quota_project fault with that project',
  async (name) => {
    useServiceAccount();
    opened.google.state.caller.homeNumber = '555000555000';
    opened.google.state.caller.email = 'bot@ops-project.iam.gserviceaccount.com';
    const fault = await faultOf(calls()[name]?.() ?? Promise.resolve());
    expect(fault).toMatchObject({
      kind: 'permanent',
      code: 'quota_project',
      message: expect.stringMatching(/project 555000555000, which is not llm-demo/),
      next: expect.stringMatching(
        /Set QUOTA_PROJECT=llm-demo.*gcloud services enable \S+\.googleapis\.com --project 555000555000/,
      ),
    });
  },
);

test('a person without permission for the project gets the name of the role', async () => {
  usePersonsCredentials();
  opened.google.state.caller.deniedPermissions.push('serviceusage.services.use');
  await expect(faultOf(calls()['gke']?.() ?? Promise.resolve())).resolves.toMatchObject({
    kind: 'permanent',
    code: 'quota_project',
    next: expect.stringMatching(
      /llm-demo --member ACCOUNT --role roles\/serviceusage\.serviceUsage/,
    ),
  });
});

test.each(['not_set', 'not_used'] as const)(
  "a person's call without a quota project (%s) is not reported as a disabled API",
  async (quotaRefusal) => {
    usePersonsCredentials();
    opened.google.state.caller.quotaRefusal = quotaRefusal;
    const { get, refresh } = tokensOf();
    const bare = createCompute({ get, refresh }, `${base()}/compute/`);
    await expect(faultOf(bare.listSubnetworks(projectId, 'us-central1'))).resolves.toMatchObject({
      code: 'quota_project',
      message: expect.stringContaining("764086051850 (gcloud's own), which is not llm-demo"),
      next: "Set QUOTA_PROJECT=llm-demo, so that Google counts the bot's calls against it.",
    });
  },
);

test("the credentials of `gcloud auth application-default login` are a person's", async () => {
  const path = join(folder, 'adc.json');
  const credentials = { type: 'authorized_user', client_id: 'a', client_secret: 'b' };
  writeFileSync(path, JSON.stringify({ ...credentials, refresh_token: 'c' }));
  process.env['GOOGLE_APPLICATION_CREDENTIALS'] = path;
  const tokens = tokensOf();
  await expect(tokens.quotaProject?.('one')).resolves.toBe('one');
  await expect(tokensOf('two').quotaProject?.('one')).resolves.toBe('two');
});

test("a service account's calls name no project, and its own project is known", async () => {
  useServiceAccount();
  const tokens = tokensOf();
  await expect(tokens.quotaProject?.(projectId)).resolves.toBeUndefined();
  await expect(tokens.homeProject?.()).resolves.toBe(projectId);
});

test('Apigee calls name the project, and a denial for another project is reported', async () => {
  usePersonsCredentials();
  const named: unknown[] = [];
  const server = createServer((request, response) => {
    named.push(request.headers['x-goog-user-project']);
    response.writeHead(403, { 'content-type': 'application/json' });
    const reason = 'SERVICE_DISABLED';
    const details = [{ reason, metadata: { consumer: 'projects/764086051850' } }];
    response.end(JSON.stringify({ error: { code: 403, message: 'Off.', details } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const apigee = createApigee({ url, organization: 'acme', projectId, tokens: tokensOf() });
  await expect(faultOf(apigee.getOrganization())).resolves.toMatchObject({
    code: 'quota_project',
    message: expect.stringContaining('which is not llm-demo'),
  });
  server.close();
  expect(named).toEqual([projectId]);
});

const call = { doing: 'Looking', service: 'iam.googleapis.com', projectId };
test.each<[string, string, string | undefined, object]>([
  [
    'a number that may be that of the project',
    'IAM API has not been used in project 42 before or it is disabled. Enable it by visiting x.',
    'SERVICE_DISABLED',
    { code: 'api_disabled', details: { project: '42' } },
  ],
  [
    'another project by its id',
    'IAM API has not been used in project ops-project before or it is disabled.',
    undefined,
    { code: 'quota_project', details: { project: 'ops-project' } },
  ],
  [
    'end user credentials',
    'Your application has authenticated using end user credentials from the Google Cloud SDK or Google Cloud Shell which are not supported by the iam.googleapis.com.',
    'SERVICE_DISABLED',
    { code: 'quota_project', next: expect.stringContaining('QUOTA_PROJECT=llm-demo') },
  ],
  [
    'billing',
    'This API method requires billing to be enabled. Please enable billing on project #42 by visiting x.',
    'BILLING_DISABLED',
    { code: 'billing_off', next: expect.stringContaining('billing projects link 42') },
  ],
])('a denial by %s', (_name, message, reason, expected) => {
  expect(cloudFault({ status: 'PERMISSION_DENIED', message, reason }, call).fault).toMatchObject(
    expected,
  );
});
