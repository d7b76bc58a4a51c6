// Tests of the data plane over HTTP: routing, and responses of Apigee's runtime.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { analyticsState } from '../../apigee/analytics.ts';
import type { App } from '../../apigee/state.ts';
import { choosePod } from '../../dataplane/backends.ts';
import type { FaultAction } from '../../core/faults.ts';
import { dataplaneState } from '../../dataplane/state.ts';
import { openCluster, type OpenCluster } from '../controllers/open-cluster.ts';
import {
  applyInference,
  backendService,
  healthCheck,
  model,
  operationSet,
  product,
  route,
  trafficExtension,
} from '../controllers/objects.ts';
import { createEnvironment, grantIdentity, installOperator } from '../controllers/operator.ts';
import { addApp, setKey } from './apps.ts';
import { addSheddableObjective, attachSpikeArrest } from './policies.ts';
import { sendChunked } from './send-chunked.ts';

let open: OpenCluster;
let url: string;

beforeAll(async () => {
  open = await openCluster({ speed: 6_000 });
  applyInference(open);
  const address = (): string | undefined => {
    const gateway = open.get('gateway.networking.k8s.io/v1', 'Gateway', 'inference-gateway');
    return (gateway?.['status'] as { addresses?: { value: string }[] } | undefined)?.addresses?.[0]
      ?.value;
  };
  await vi.waitFor(() => expect(address()).toBeDefined(), { timeout: 20_000 });
  url = `http://${address() ?? ''}:${open.gatewayPort}`;
});
afterAll(() => open.end());

interface Answer {
  status: number;
  body: string;
}

const completion = { model, prompt: 'What is the capital of France?', max_tokens: 4 };

async function ask(
  body: unknown = completion,
  key?: string,
  path = '/v1/completions',
): Promise<Answer> {
  try {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        connection: 'close',
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'x-api-key': key }),
      },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}
const statusNow = async (key?: string): Promise<number> => (await ask(completion, key)).status;

const once = { service: 'dataplane', times: 1, probability: 1, seed: 1 } as const;
const strikeOnce = (operation: string, action: FaultAction): void =>
  void open.context.faults.add({ ...once, operation, action });

const objects = () => open.cluster.store;

describe('gateway without Apigee', () => {
  test('a gateway serves without a key once route, pool, picker, policy and pods exist', async () => {
    await expect.poll(() => statusNow()).toBe(200);
    expect((await ask()).body).toContain('The capital of');
  });

  test('the endpoint picker requires a model in the body', async () => {
    const answer = await ask({ prompt: 'Hello' });
    expect(answer).toEqual({
      status: 400,
      body: 'inference gateway: BadRequest - model not found in request body',
    });
  });

  test('a deleted route returns 404, and a reapplied one serves again', async () => {
    objects().delete({
      group: 'gateway.networking.k8s.io',
      kind: 'HTTPRoute',
      namespace: 'default',
      name: 'llm-route',
    });
    await expect.poll(() => ask()).toEqual({ status: 404, body: 'fault filter abort' });
    open.create(structuredClone(route));
    await expect.poll(() => statusNow()).toBe(200);
  });

  test('without a health check policy the load balancer finds no healthy server', async () => {
    objects().delete({
      group: 'networking.gke.io',
      kind: 'HealthCheckPolicy',
      namespace: 'default',
      name: 'health-check-policy',
    });
    expect(await ask()).toEqual({ status: 503, body: 'no healthy upstream' });
    open.create(structuredClone(healthCheck));
    await expect.poll(() => statusNow()).toBe(200);
  });

  test('a picker without pods fails closed, or open if the pool sets it', async () => {
    const picker = {
      group: 'apps',
      kind: 'Deployment',
      namespace: 'default',
      name: 'vllm-qwen-epp',
    };
    const scale = (replicas: number): void => {
      objects().update(picker, (object) => {
        object['spec'] = { ...(object['spec'] as object), replicas };
      });
    };
    scale(0);
    await expect.poll(() => statusNow()).toBe(503);
    const pool = {
      group: 'inference.networking.k8s.io',
      kind: 'InferencePool',
      namespace: 'default',
      name: 'vllm-qwen',
    };
    objects().update(pool, (object) => {
      const { endpointPickerRef } = object['spec'] as {
        endpointPickerRef: Record<string, unknown>;
      };
      endpointPickerRef['failureMode'] = 'FailOpen';
    });
    await expect.poll(() => statusNow()).toBe(200);
    scale(1);
    await expect.poll(async () => (await ask({ prompt: 'Hello' })).status).toBe(400);
  });

  test('a stream arrives in pieces', async () => {
    const body = JSON.stringify({ ...completion, max_tokens: 16, stream: true });
    const answer = await fetch(`${url}/v1/completions`, { method: 'POST', body });
    let pieces = 0;
    await answer.body?.pipeTo(new WritableStream({ write: () => void (pieces += 1) }));
    expect(pieces).toBeGreaterThan(4);
  });

  test('the load balancer returns 503 when a server closes the connection before its response', async () => {
    open.context.faults.add({
      service: 'vllm',
      operation: '^completions$',
      times: 1,
      probability: 1,
      seed: 1,
      action: { kind: 'cut' },
    });
    expect(await ask()).toEqual({
      status: 503,
      body: 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
    });
  });

  test('a deleted pod breaks its active response', async () => {
    const long = { ...completion, prompt: 'Count to 400', max_tokens: 900, stream: true };
    const answer = await fetch(`${url}/v1/completions`, {
      method: 'POST',
      body: JSON.stringify(long),
    });
    expect(answer.status).toBe(200);
    const text = answer.text();
    const { list } = objects();
    for (const pod of list({ group: '', kind: 'Pod', namespace: 'default' })) {
      const { name } = pod.metadata;
      objects().delete({ group: '', kind: 'Pod', namespace: 'default', name });
    }
    await expect(text).rejects.toThrow();
    await expect.poll(() => statusNow()).toBe(200);
  });

  test('the picker drops sheddable requests when every server has a queue', async () => {
    await addSheddableObjective(open, 'batch');
    const ref = {
      group: 'inference.networking.k8s.io',
      kind: 'InferencePool',
      name: 'vllm-qwen',
      weight: 1,
    };
    const pods = objects().list({ group: '', kind: 'Pod', namespace: 'default' });
    const choose = (objective: string, requests: number) =>
      choosePod(objects(), {
        ref,
        namespace: 'default',
        body: JSON.stringify(completion),
        objective,
        load: new Map(pods.map((pod) => [pod.metadata.uid, requests])),
      });
    expect(choose('batch', 256 + 6)).toMatchObject({
      ok: false,
      answer: {
        status: 429,
        body: 'inference gateway: InferencePoolResourceExhausted - system saturated, sheddable request dropped',
      },
    });
    expect(choose('batch', 256 + 5).ok).toBe(true);
    expect(choose('', 256 + 6).ok).toBe(true);
  });

  test('an injected fault affects the gateway', async () => {
    const rule = {
      service: 'dataplane',
      operation: 'POST',
      times: 1,
      probability: 1,
      seed: 1,
    } as const;
    open.context.faults.add({
      ...rule,
      action: { kind: 'status', status: 502, body: 'bad', headers: {} },
    });
    expect(await ask()).toEqual({ status: 502, body: 'bad' });
    open.context.faults.add({ ...rule, action: { kind: 'cut' } });
    expect((await ask()).status).toBe(0);
    expect(await statusNow()).toBe(200);
  });
});

const raised = JSON.stringify({
  fault: {
    faultstring: 'Raising fault. Fault name : RF-insufficient-request-raise-fault',
    detail: { errorcode: 'steps.raisefault.RaiseFault' },
  },
});
const errorcode = (answer: Answer): string =>
  (JSON.parse(answer.body) as { fault: { detail: { errorcode: string } } }).fault.detail.errorcode;

describe('gateway with Apigee', () => {
  beforeAll(async () => {
    await installOperator(open);
    grantIdentity(open);
    createEnvironment(open);
    open.create(backendService(open));
    open.create(structuredClone(trafficExtension));
  });

  test('a gateway refuses requests with and without a key minutes after the extension is attached', async () => {
    await expect.poll(() => ask()).toEqual({ status: 500, body: raised });
    expect(await ask(completion, 'any')).toEqual({ status: 500, body: raised });
  });

  test('a gateway accepts a key of a product that covers the path, five times a minute', async () => {
    open.create(product());
    open.create(operationSet());
    const app = addApp(open, 'alice@example.com', 'llmgw-default', 'key-alice');
    await expect.poll(() => statusNow('key-alice')).toBe(200);
    expect(await ask()).toEqual({ status: 500, body: raised });
    expect(await ask(completion, 'wrong')).toMatchObject({
      status: 401,
      body: '{"fault":{"faultstring":"Invalid ApiKey","detail":{"errorcode":"oauth.v2.InvalidApiKey"}}}',
    });
    const other = await ask({ ...completion, messages: [] }, 'key-alice', '/v1/chat/completions');
    expect(other).toMatchObject({
      status: 401,
      body: '{"fault":{"faultstring":"Invalid ApiKey for given resource","detail":{"errorcode":"oauth.v2.InvalidApiKeyForGivenResource"}}}',
    });
    const more = [
      await statusNow('key-alice'),
      await statusNow('key-alice'),
      await statusNow('key-alice'),
      await statusNow('key-alice'),
    ];
    expect(more).toEqual([200, 200, 200, 200]);
    const spent = await fetch(`${url}/v1/completions`, {
      method: 'POST',
      headers: { 'x-api-key': 'key-alice' },
      body: JSON.stringify(completion),
    });
    expect(spent.status).toBe(429);
    expect(spent.headers.get('retry-after')).toBeNull();
    expect(await spent.text()).toBe(
      '{"fault":{"faultstring":"Rate limit quota violation. Quota limit  exceeded. Identifier : _default","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}',
    );
    expect(app.status).toBe('approved');
  });

  test.each([
    [
      'a revoked key',
      (app: App) => setKey(app, (one) => (one.status = 'revoked')),
      'oauth.v2.ApiKeyNotApproved',
    ],
    [
      'a pending product',
      (app: App) =>
        setKey(app, (one) => {
          for (const each of one.apiProducts) each.status = 'pending';
        }),
      'oauth.v2.ApiKeyNotApproved',
    ],
    [
      'an expired key',
      (app: App) => setKey(app, (one) => (one.expiresAt = Date.now() - 1)),
      'oauth.v2.ApiKeyExpired',
    ],
    [
      'a revoked app',
      (app: App) => void (app.status = 'revoked'),
      'keymanagement.service.invalid_client-app_not_approved',
    ],
    [
      'an inactive developer',
      (app: App) => {
        for (const developer of Object.values(open.organization.developers)) {
          if (Object.values(developer.apps).includes(app)) developer.status = 'inactive';
        }
      },
      'keymanagement.service.DeveloperStatusNotActive',
    ],
  ])('%s takes effect within the cache time', async (what, spoil, code) => {
    const key = `key-${what.replaceAll(' ', '-')}`;
    const app = addApp(open, `${key}@example.com`, 'llmgw-default', key);
    await expect.poll(() => statusNow(key)).toBe(200);
    spoil(app);
    await expect
      .poll(async () => errorcode(await ask({ ...completion, max_tokens: 1 }, key)))
      .toBe(code);
  });

  test('a chunked body is accepted, one above 30 MB is refused, and an old processor fails on 100 kB', async () => {
    addApp(open, 'big@example.com', 'llmgw-default', 'key-big');
    const send = (bytes: number): Promise<Answer> => {
      const body = JSON.stringify({ ...completion, max_tokens: 1, prompt: 'x'.repeat(bytes) });
      return sendChunked(url, body, 'key-big');
    };
    await expect.poll(async () => (await send(10)).status).toBe(200);
    expect(await send(31 * 2 ** 20)).toEqual({
      status: 413,
      body: '{"fault":{"faultstring":"Body buffer overflow","detail":{"errorcode":"protocol.http.TooBigBody"}}}',
    });
    const [instance] = Object.values(open.organization.instances);
    if (instance === undefined) throw new Error('no instance');
    const { runtimeVersion } = instance;
    instance.runtimeVersion = '1-15-0-apigee-6';
    expect(await send(100_001)).toEqual({ status: 500, body: '' });
    expect((await send(10)).status).toBe(200);
    instance.runtimeVersion = runtimeVersion;
  });

  test('spike arrest attached through a template applies to each app separately', async () => {
    const detach = attachSpikeArrest(open, '10pm');
    addApp(open, 'spike@example.com', 'llmgw-default', 'key-spike');
    await expect.poll(() => statusNow('key-spike')).toBe(200);
    expect(await ask(completion, 'key-spike')).toEqual({
      status: 429,
      body: '{"fault":{"faultstring":"Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=10, periodInMicroseconds=60000000, maxBurstMessageCount=1.0}","detail":{"errorcode":"policies.ratelimit.SpikeArrestViolation"}}}',
    });
    detach();
    expect(await statusNow('key-spike')).toBe(200);
  });

  test('an extension that stalls during a response resets it', async () => {
    addApp(open, 'silent@example.com', 'llmgw-default', 'key-silent');
    await expect.poll(() => statusNow('key-silent')).toBe(200);
    // Longer than the limit of 10 s per message.
    strikeOnce('^extension.stream$', { kind: 'delay', ms: 11_000 });
    const body = JSON.stringify({ ...completion, max_tokens: 16, stream: true });
    expect(await sendChunked(url, body, 'key-silent')).toEqual({ status: 0, body: 'aborted' });
  });

  test('an environment without a group, a proxy or the host returns 404', async () => {
    const [group = expect.fail()] = Object.values(open.organization.envgroups);
    const [environment = expect.fail()] = Object.values(open.organization.environments);
    const [{ attachments }, { deployments = [] }] = [group, environment];
    for (const lack of [{ attachments: {} }, { deployments: [] }, { authority: 'client' }]) {
      Object.assign(group, { attachments }, lack);
      Object.assign(environment, { deployments }, lack);
      Object.assign(dataplaneState(open.context), lack);
      const answer = await ask(completion, 'key-alice');
      expect(errorcode(answer)).toBe('messaging.adaptors.http.flow.ApplicationNotFound');
    }
    group.hostnames.push(new URL(url).hostname);
    expect(await ask()).toEqual({ status: 500, body: raised });
  });

  test('an unresponsive extension fails the request', async () => {
    strikeOnce('^extension$', { kind: 'status', status: 503, headers: {} });
    expect(await ask(completion, 'key-alice')).toEqual({ status: 500, body: '' });
  });

  test('an unresponsive extension with fail-open lets the request pass', async () => {
    const ref = {
      group: 'networking.gke.io',
      kind: 'GCPTrafficExtension',
      namespace: 'default',
      name: 'apigee-llm-extension',
    };
    const setFailOpen = (failOpen: boolean): void => {
      objects().update(ref, (object) => {
        const { extensionChains } = object['spec'] as {
          extensionChains: { extensions: { failOpen: boolean }[] }[];
        };
        for (const one of extensionChains.flatMap((chain) => chain.extensions))
          one.failOpen = failOpen;
      });
    };
    setFailOpen(true);
    const fault = open.context.faults.add({
      service: 'dataplane',
      operation: '^extension$',
      probability: 1,
      seed: 1,
      action: { kind: 'reset' },
    });
    await expect.poll(() => statusNow()).toBe(200);
    open.context.faults.remove(fault.id);
    expect(await ask()).toEqual({ status: 500, body: raised });
    setFailOpen(false);
  });

  test('every request is recorded without its key', () => {
    const { requests } = open.dataplane.world() as {
      requests: { verdict: string; app?: string; status: number }[];
    };
    expect(requests).toContainEqual(
      expect.objectContaining({
        verdict: 'quota_spent',
        app: 'alice@example.com/llmgw-default',
        status: 429,
      }),
    );
    expect(JSON.stringify(requests)).not.toContain('key-alice');
  });

  test('a request trace lists each hop up to the refusing one', () => {
    const way = (verdict: string) => {
      const trace = open.dataplane.traces.list().findLast((one) => one.ended?.verdict === verdict);
      return { ...trace, hops: trace?.hops.map(({ hop, state }) => `${hop} ${state}`) };
    };
    const passed = ['client passed', 'gateway passed', 'extension passed'];
    expect(way('allowed').hops).toEqual([
      ...passed,
      'apigee passed',
      'pool passed',
      'model passed',
    ]);
    expect(way('quota_spent')).toMatchObject({
      app: 'alice@example.com/llmgw-default',
      key: 'key-****',
      hops: [...passed, 'apigee refused'],
    });
    // The request above to a host without a group.
    expect(way('unknown_host').hops).toEqual([...passed, 'apigee refused']);
    expect(JSON.stringify(open.dataplane.traces.list())).not.toContain('key-alice');
  });

  test('Apigee counts the requests of its runtime, by app when the key was verified', () => {
    const { rows } = analyticsState(open.context);
    const spent = rows.filter(
      ({ dimensions }) =>
        dimensions.ax_edge_execution_fault_code === 'policies.ratelimit.QuotaViolation',
    );
    expect(spent).toMatchObject([
      {
        environment: 'apim-op-env',
        policyErrors: 1,
        dimensions: {
          apiproxy: 'apigee-llm',
          api_product: 'llm-product',
          developer_app: 'llmgw-default',
          developer_email: 'alice@example.com',
          response_status_code: '429',
        },
      },
    ]);
    const unknown = rows.find(
      (row) => row.dimensions.ax_edge_execution_fault_code === 'oauth.v2.InvalidApiKey',
    );
    expect(unknown?.dimensions).not.toHaveProperty('developer_app');
    expect(rows.some((row) => row.calls > 0 && row.policyErrors === 0)).toBe(true);
  });

  test('a gateway serves without a key again after the extension is deleted', async () => {
    objects().delete({
      group: 'networking.gke.io',
      kind: 'GCPTrafficExtension',
      namespace: 'default',
      name: 'apigee-llm-extension',
    });
    await expect.poll(() => statusNow()).toBe(200);
  });
});
