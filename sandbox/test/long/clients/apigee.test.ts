// Tests of Apigee's management API with a googleapis client from the discovery document.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OAuth2Client } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApigee, type OpenApigee } from '../../apigee/open-apigee.ts';

const file = join(import.meta.dirname, '../../../../../shared/facts/apigee.v1.discovery.json');

type Call = (parameters: object) => Promise<{ status: number; data: Record<string, unknown> }>;
interface Collection {
  create: Call;
  get: Call;
  list: Call;
  delete: Call;
}
interface ApigeeClient {
  organizations: {
    get: Call;
    apiproducts: Collection;
    environments: Collection;
    developers: Collection & { apps: Collection & { keys: Collection } };
  };
}
interface Library {
  google: {
    discoverAPI(path: string, options: { auth: OAuth2Client }): Promise<unknown>;
  };
}

// The full library is slow to type-check, and has no types for an API outside it.
const library: string = 'googleapis';

describe.skipIf(!existsSync(file))(
  'googleapis client from the discovery document (skipped where ../shared/facts is absent)',
  () => {
    let opened: OpenApigee;
    let apigee: ApigeeClient;
    const name = 'organizations/llm-demo';

    beforeAll(async () => {
      opened = await openApigee();
      const { google } = (await import(library)) as Library;
      // A root set on the client loses its path, so the document itself names the sandbox.
      const document = JSON.parse(readFileSync(file, 'utf8')) as object;
      const moved = join(opened.directory, 'apigee.json');
      const rootUrl = `${opened.context.baseUrl}/apigee/`;
      writeFileSync(moved, JSON.stringify({ ...document, rootUrl }));
      apigee = (await google.discoverAPI(moved, { auth: opened.auth })) as ApigeeClient;
    });
    afterAll(async () => {
      expect(opened.context.unknown).toEqual([]);
      await opened.end();
    });

    test('a new developer gets an app, and the app a key', async () => {
      const { organizations } = apigee;
      expect((await organizations.get({ name })).data).toMatchObject({ name: 'llm-demo' });
      await organizations.apiproducts.create({
        parent: name,
        requestBody: { name: 'llm', displayName: 'llm', approvalType: 'auto', environments: [] },
      });
      await organizations.developers.create({
        parent: name,
        requestBody: {
          email: 'alice@example.com',
          firstName: 'Alice',
          lastName: 'A',
          userName: 'alice',
        },
      });
      const developer = `${name}/developers/alice@example.com`;
      const app = await organizations.developers.apps.create({
        parent: developer,
        requestBody: { name: 'llmgw', apiProducts: ['llm'] },
      });
      const [credential] = app.data['credentials'] as { consumerKey: string; status: string }[];
      expect(credential).toMatchObject({ status: 'approved' });
      const key = `${developer}/apps/llmgw/keys/${credential?.consumerKey ?? ''}`;
      expect((await organizations.developers.apps.keys.get({ name: key })).data).toMatchObject({
        apiProducts: [{ apiproduct: 'llm', status: 'approved' }],
      });
      const listed = await organizations.developers.apps.list({ parent: developer });
      expect(listed.data['app']).toMatchObject([{ appId: 'llmgw' }]);
    });

    test('refusals are errors with the status and message of the service', async () => {
      const twice = apigee.organizations.developers.create({
        parent: name,
        requestBody: {
          email: 'alice@example.com',
          firstName: 'Alice',
          lastName: 'A',
          userName: 'alice',
        },
      });
      await expect(twice).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('already exists'),
      });
      const missing = apigee.organizations.environments.get({ name: `${name}/environments/none` });
      await expect(missing).rejects.toMatchObject({ status: 404 });
    });
  },
);
