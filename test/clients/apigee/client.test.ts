// The Apigee client over real HTTP: what it sends, how it reads answers, and how refusals become faults.
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApigeeClient } from '../../../src/clients/apigee/client.ts';
import { createApigee } from '../../../src/clients/apigee/create-apigee.ts';
import { type ScriptedServer, json, startServer } from './scripted-server.ts';
import { faultOf } from '../../support/fault-of.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(answer: Parameters<typeof startServer>[0]): Promise<ScriptedServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

function client(url: string, options: { timeoutMs?: number } = {}): ApigeeClient {
  let token = 1;
  const tokens = {
    get: () => Promise.resolve(`token-${token}`),
    refresh: () => Promise.resolve(`token-${(token += 1)}`),
  };
  return createApigee({ url, organization: 'acme', tokens, ...options });
}

const envelope = (code: number, status: string, message: string, details: unknown[] = []) => ({
  error: { code, message, status, details },
});

/** Every call of the client once; what it would send is held to Google's own document. */
const everyCall = (apigee: ApigeeClient): Promise<unknown>[] => [
  apigee.getOrganization(),
  apigee.listInstances(),
  apigee.getOperation('organizations/acme/operations/op-1'),
  apigee.getProduct('llm-product'),
  apigee.setProductApproval({ name: 'llm-product', environments: [] }, 'manual'),
  apigee.getEnvironment('e'),
  apigee.usage({ environment: 'e', dimension: 'developer_app', from: 0, to: 60_000, unit: 'hour' }),
  apigee.createEnvironment({
    name: 'e',
    displayName: 'e',
    description: 'd',
    type: 'COMPREHENSIVE',
    properties: { p: 'v' },
  }),
  apigee.setEnvironmentProperties({ name: 'e', properties: { property: [] } }, { p: 'v' }),
  apigee.deleteEnvironment('e'),
  apigee.listAttachments('i'),
  apigee.createAttachment('i', 'e'),
  apigee.deleteAttachment('i', 'a'),
  apigee.listEnvironmentGroups(),
  apigee.createEnvironmentGroup({ name: 'g', hostnames: ['h'] }),
  apigee.setHostnames('g', ['h']),
  apigee.deleteEnvironmentGroup('g'),
  apigee.listEnvironmentGroupAttachments('g'),
  apigee.createEnvironmentGroupAttachment('g', 'e'),
  apigee.deleteEnvironmentGroupAttachment('g', 'a'),
  apigee.getDeveloper('a@b.c'),
  apigee.createDeveloper({ email: 'a@b.c', firstName: 'A', lastName: 'B', userName: 'a' }),
  apigee.deleteDeveloper('a@b.c'),
  apigee.getApp({ email: 'a@b.c', app: 'x' }),
  apigee.createApp('a@b.c', { name: 'x', products: ['p'] }),
  apigee.deleteApp({ email: 'a@b.c', app: 'x' }),
  apigee.generateKey({ name: 'x', status: 'approved', attributes: [], credentials: [] }, 'a@b.c', {
    products: ['p'],
  }),
  apigee.listApps('a@b.c'),
  apigee.setAppAttribute({ email: 'a@b.c', app: 'x' }, { name: 'n', value: 'v' }),
  apigee.setKeyProductStatus(
    { email: 'a@b.c', app: 'x', consumerKey: 'k', product: 'p' },
    'approve',
  ),
  apigee.setKeyStatus({ email: 'a@b.c', app: 'x', consumerKey: 'k' }, 'revoke'),
  apigee.deleteKey({ email: 'a@b.c', app: 'x', consumerKey: 'k' }),
  apigee.developersWithApp(() => true),
];

describe('what it sends', () => {
  it('escapes e-mails in paths, lower-cases them, and sends the bearer token', async () => {
    const server = await serve((_asked, response) =>
      json(response, 200, { email: 'ada.l@example.com' }),
    );
    const developer = await client(server.url).getDeveloper('Ada.L@Example.com');
    expect(developer?.email).toBe('ada.l@example.com');
    expect(server.asked[0]).toMatchObject({
      method: 'GET',
      url: '/v1/organizations/acme/developers/ada.l%40example.com',
    });
    expect(server.asked[0]?.headers.authorization).toBe('Bearer token-1');
  });

  it('sends an environment as Apigee wants it', async () => {
    const server = await serve((_asked, response) =>
      json(response, 200, { name: 'organizations/acme/operations/1' }),
    );
    const operation = await client(server.url).createEnvironment({
      name: 'llm',
      displayName: 'llm',
      description: 'ours',
      type: undefined,
      properties: { 'apigee-service-extension-enabled': 'true' },
    });
    expect(operation).toMatchObject({ done: false });
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      name: 'llm',
      displayName: 'llm',
      description: 'ours',
      state: 'ACTIVE',
      deploymentType: 'PROXY',
      apiProxyType: 'PROGRAMMABLE',
      properties: { property: [{ name: 'apigee-service-extension-enabled', value: 'true' }] },
    });
  });

  it('sends back everything of an environment whose properties it changes', async () => {
    const before = {
      name: 'llm',
      type: 'INTERMEDIATE',
      nodeConfig: { minNodeCount: '2' },
      properties: { property: [{ name: 'other', value: 'x' }] },
    };
    const server = await serve((_asked, response) => json(response, 200, before));
    const apigee = client(server.url);
    const environment = await apigee.getEnvironment('llm');
    await apigee.setEnvironmentProperties(environment ?? expect.fail(), { mine: 'true' });
    expect(server.asked[1]?.method).toBe('PUT');
    expect(JSON.parse(server.asked[1]?.body ?? '')).toEqual({
      ...before,
      properties: { property: [before.properties.property[0], { name: 'mine', value: 'true' }] },
    });
  });

  it('approves and revokes by octet-stream without a body', async () => {
    const server = await serve((_asked, response) => response.writeHead(204).end());
    const ref = { email: 'a@b.c', app: 'llmgw-default', consumerKey: 'the-key' };
    expect(await client(server.url).setKeyStatus(ref, 'revoke')).toBe(true);
    expect(server.asked[0]).toMatchObject({
      method: 'POST',
      url: '/v1/organizations/acme/developers/a%40b.c/apps/llmgw-default/keys/the-key?action=revoke',
      body: '',
    });
    expect(server.asked[0]?.headers['content-type']).toBe('application/octet-stream');
  });

  it('sends the attributes back when it adds a key, as Apigee replaces them', async () => {
    const attributes = [{ name: 'DisplayName', value: 'LLM gateway' }];
    const server = await serve((_asked, response) => json(response, 200, { name: 'x' }));
    await client(server.url).generateKey(
      { name: 'x', status: 'approved', attributes, credentials: [] },
      'a@b.c',
      { products: ['p'], expiresInMs: 60_000 },
    );
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      name: 'x',
      apiProducts: ['p'],
      attributes,
      keyExpiresIn: '60000',
    });
  });

  it.runIf(existsSync('../shared/facts/apigee.v1.discovery.json'))(
    "keeps to the methods, paths and queries of Google's discovery document",
    async () => {
      const server = await serve((_asked, response) =>
        json(response, 200, { name: 'x', email: 'a@b.c' }),
      );
      const results = await Promise.allSettled(everyCall(client(server.url)));
      expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
      const known = discoveredMethods();
      const strangers = server.asked.filter(
        ({ method, url }) => !known.some((one) => one.matches(method, new URL(url, server.url))),
      );
      expect(strangers.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
      expect(server.asked).toHaveLength(results.length);
    },
  );
});

describe('how it reads answers', () => {
  it('says undefined or false for what is not there', async () => {
    const server = await serve((_asked, response) =>
      json(response, 404, envelope(404, 'NOT_FOUND', 'unknown')),
    );
    const apigee = client(server.url);
    expect(await apigee.getApp({ email: 'a@b.c', app: 'x' })).toBeUndefined();
    expect(await apigee.deleteApp({ email: 'a@b.c', app: 'x' })).toBe(false);
    expect(await apigee.deleteEnvironment('e')).toBeUndefined();
  });

  it('walks all pages', async () => {
    const server = await serve(({ url }, response) =>
      url.includes('pageToken=two')
        ? json(response, 200, { instances: [{ name: 'b', location: 'l' }] })
        : json(response, 200, {
            instances: [{ name: 'a', location: 'l' }],
            nextPageToken: 'two',
          }),
    );
    const instances = await client(server.url).listInstances();
    expect(instances.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('reads an app with its keys, times as numbers, and never a consumer secret', async () => {
    const server = await serve((_asked, response) =>
      json(response, 200, {
        name: 'x',
        status: 'approved',
        createdAt: '1730000000000',
        credentials: [
          {
            consumerKey: 'k',
            consumerSecret: 's',
            status: 'approved',
            issuedAt: '1730000000001',
            expiresAt: '-1',
            apiProducts: [{ apiproduct: 'llm-product', status: 'approved' }],
          },
        ],
      }),
    );
    const app = await client(server.url).getApp({ email: 'a@b.c', app: 'x' });
    expect(app?.credentials[0]).toEqual({
      consumerKey: 'k',
      status: 'approved',
      issuedAt: 1730000000001,
      expiresAt: -1,
      apiProducts: [{ apiproduct: 'llm-product', status: 'approved' }],
    });
  });

  it('refuses an answer in another form, without repeating it', async () => {
    const server = await serve((_asked, response) =>
      json(response, 200, { credentials: [{ consumerKey: 42, x: 'secret-value' }] }),
    );
    const fault = await faultOf(client(server.url).getApp({ email: 'a@b.c', app: 'x' }));
    expect(fault).toMatchObject({ kind: 'permanent', code: 'unexpected_answer' });
    expect(JSON.stringify(fault)).not.toContain('secret-value');
  });
});

describe('how refusals become faults', () => {
  const disabled = [{ reason: 'SERVICE_DISABLED', metadata: { service: 'apigee.googleapis.com' } }];
  it.each([
    { status: 400, google: 'INVALID_ARGUMENT', kind: 'permanent', code: 'rejected' },
    { status: 400, google: 'FAILED_PRECONDITION', kind: 'permanent', code: 'failed_precondition' },
    { status: 403, google: 'PERMISSION_DENIED', kind: 'permanent', code: 'denied' },
    { status: 409, google: 'ALREADY_EXISTS', kind: 'permanent', code: 'already_exists' },
    { status: 409, google: 'ABORTED', kind: 'transient', code: 'conflict' },
    { status: 429, google: 'RESOURCE_EXHAUSTED', kind: 'transient', code: 'rate_limited' },
    { status: 500, google: 'INTERNAL', kind: 'transient', code: 'unavailable' },
    { status: 503, google: 'UNAVAILABLE', kind: 'transient', code: 'unavailable' },
  ])('$status $google -> $kind/$code, once', async ({ status, google, kind, code }) => {
    const server = await serve((_asked, response) =>
      json(response, status, envelope(status, google, 'Said by Apigee.')),
    );
    const fault = await faultOf(
      client(server.url).createDeveloper({
        email: 'a@b.c',
        firstName: 'A',
        lastName: 'B',
        userName: 'a',
      }),
    );
    expect(fault).toMatchObject({ kind, code });
    expect(fault.message).toContain('create the developer');
    expect(fault.message).toContain('Said by Apigee.');
    expect(server.asked).toHaveLength(1);
  });

  it('takes the pause from Retry-After', async () => {
    const server = await serve((_asked, response) =>
      json(response, 429, envelope(429, 'RESOURCE_EXHAUSTED', 'slow'), { 'retry-after': '7' }),
    );
    const fault = await faultOf(client(server.url).getOrganization());
    expect(fault).toMatchObject({ code: 'rate_limited', retryAfterMs: 7000 });
  });

  it('knows an API that is not enabled', async () => {
    const server = await serve((_asked, response) =>
      json(response, 403, envelope(403, 'PERMISSION_DENIED', 'not been used', disabled)),
    );
    const fault = await faultOf(client(server.url).getOrganization());
    expect(fault).toMatchObject({ kind: 'permanent', code: 'api_disabled' });
    expect(fault.next).toContain('gcloud services enable apigee.googleapis.com');
  });

  it('asks for another token once when the first has expired', async () => {
    const server = await serve(({ headers }, response) =>
      headers.authorization === 'Bearer token-2'
        ? json(response, 200, { name: 'acme' })
        : json(response, 401, envelope(401, 'UNAUTHENTICATED', 'expired')),
    );
    expect(await client(server.url).getOrganization()).toMatchObject({ name: 'acme' });
    expect(server.asked).toHaveLength(2);
  });

  it('gives up on credentials that stay refused', async () => {
    const server = await serve((_asked, response) =>
      json(response, 401, envelope(401, 'UNAUTHENTICATED', 'who?')),
    );
    const fault = await faultOf(client(server.url).getOrganization());
    expect(fault).toMatchObject({ kind: 'permanent', code: 'unauthenticated' });
    expect(server.asked).toHaveLength(2);
  });

  it('says that nothing answers', async () => {
    const server = await startServer(() => undefined);
    await server.stop();
    const fault = await faultOf(client(server.url).getOrganization());
    expect(fault).toMatchObject({ kind: 'transient', code: 'unavailable' });
  });

  it('does not wait for ever', async () => {
    const server = await serve(() => undefined);
    const fault = await faultOf(client(server.url, { timeoutMs: 50 }).getOrganization());
    expect(fault).toMatchObject({ kind: 'transient', code: 'timeout' });
  });

  it("ends with the caller's own reason when the caller stops it", async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort(new Error('cancelled by a person')));
    const work = client(server.url).getOrganization(controller.signal);
    await expect(work).rejects.toThrow('cancelled by a person');
  });

  it('never names a key in a fault', async () => {
    const server = await serve((_asked, response) =>
      json(response, 500, envelope(500, 'INTERNAL', 'oops')),
    );
    const ref = { email: 'a@b.c', app: 'x', consumerKey: 'a-very-secret-key' };
    const fault = await faultOf(client(server.url).deleteKey(ref));
    expect(JSON.stringify(fault)).not.toContain('a-very-secret-key');
  });
});

interface Discovered {
  matches(method: string, url: URL): boolean;
}

const discovery = z.object({
  resources: z.record(z.string(), z.unknown()),
});
const resourceSchema = z.object({
  methods: z
    .record(
      z.string(),
      z.object({
        httpMethod: z.string(),
        flatPath: z.string(),
        parameters: z.record(z.string(), z.object({ location: z.string() })).default({}),
      }),
    )
    .default({}),
  resources: z.record(z.string(), z.unknown()).default({}),
});

function discoveredMethods(): Discovered[] {
  const text = readFileSync('../shared/facts/apigee.v1.discovery.json', 'utf8');
  const found: Discovered[] = [];
  const walk = (resources: Record<string, unknown>): void => {
    for (const raw of Object.values(resources)) {
      const { methods, resources: inner } = resourceSchema.parse(raw);
      for (const { httpMethod, flatPath, parameters } of Object.values(methods)) {
        const pattern = new RegExp(`^/${flatPath.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
        const queries = Object.keys(parameters).filter(
          (name) => parameters[name]?.location === 'query',
        );
        found.push({
          matches: (method, url) =>
            method === httpMethod &&
            pattern.test(url.pathname) &&
            [...url.searchParams.keys()].every((name) => queries.includes(name)),
        });
      }
      walk(inner);
    }
  };
  walk(discovery.parse(JSON.parse(text)).resources);
  return found;
}
