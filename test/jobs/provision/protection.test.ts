// Steps 11 to 19 on the sandbox's cloud: apply, proof, drift and undo.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeDeveloper } from '../../../jobs/provision/step-parts/probe-app.ts';
import { operatorAccount } from '../../../jobs/provision/step-parts/operator-identity.ts';
import {
  backendServiceRef,
  operationSetRef,
  probeName,
  productName,
  proofRef,
  trafficExtensionRef,
} from '../../../src/gateway/resources.ts';
import type { ObjectRef } from '../../../src/clients/kubernetes/client.ts';
import type { Organization } from '../../../sandbox/apigee/state.ts';
import type { DataplaneState } from '../../../sandbox/dataplane/state.ts';
import type { Operation } from '../../../src/clients/apigee/schema.ts';
import { type World, startWorld } from '../support/world.ts';
import { openProjectState } from './project-state.ts';

const protectionSteps = [
  'prepare-apigee-identity',
  'create-apigee-environment',
  'install-apigee-operator',
  'create-backend-service',
  'attach-traffic-extension',
  'verify-locked',
  'create-api-product',
  'create-probe-app',
  'create-operation-set',
  'prove-protection',
];

let world: World;
beforeAll(async () => {
  world = await startWorld({ speed: 2000 });
  await world.provision();
}, 170_000);
afterAll(() => world?.stop());

const apigee = () => world.clients.apigee(world.gateway);
const kubernetes = () => world.clients.kubernetes(world.gateway);

const organization = (): Organization => openProjectState(world.sandbox).organization();
const operatorGroups = async () =>
  (await apigee().listEnvironmentGroups()).filter(({ name }) => name.startsWith('apim-'));

async function detach(group: string): Promise<Operation | undefined> {
  const [attachment = expect.fail()] = await apigee().listEnvironmentGroupAttachments(group);
  const id = attachment.name.split('/').at(-1) ?? '';
  return apigee().deleteEnvironmentGroupAttachment(group, id);
}

async function settle(started: Promise<Operation | undefined>): Promise<void> {
  const { name } = (await started) ?? expect.fail();
  await expect.poll(async () => (await apigee().getOperation(name)).done).toBe(true);
}

async function remove(ref: ObjectRef): Promise<void> {
  const found = await kubernetes().get(ref);
  await kubernetes().delete(ref, { uid: found?.metadata.uid ?? expect.fail() });
  await expect.poll(() => kubernetes().get(ref), { timeout: 20_000 }).toBeUndefined();
}

const probe = (consumerKey?: string) =>
  world.clients.inference.complete({
    baseUrl: String((world.outputs['verify-locked'] as { endpoint: string }).endpoint),
    consumerKey,
    model: world.gateway.model,
    prompt: 'Hello',
    maxTokens: 1,
    stream: false,
  });

describe('after provisioning', () => {
  it('holds the four proofs, and whether answers stream', () => {
    expect(world.outputs['prove-protection']).toMatchObject({
      endpoint: expect.stringMatching(/^http:\/\/127\./),
      streaming: true,
      proofs: [
        { name: 'no-key', expected: 'refused', code: 'steps.raisefault.RaiseFault', ok: true },
        { name: 'wrong-key', expected: '401', status: 401, code: 'oauth.v2.InvalidApiKey' },
        { name: 'right-key', expected: '200', status: 200, code: '', ok: true },
        { name: 'over-quota', status: 429, code: 'policies.ratelimit.QuotaViolation', ok: true },
      ],
    });
  });

  it.each(protectionSteps)('finds %s in sync', async (step) => {
    expect(await world.check(step)).toMatchObject({ state: 'done' });
  });
});

describe('drift', () => {
  it('leaves no probe app and no probe developer', async () => {
    const email = probeDeveloper(world.gateway);
    expect(await apigee().getApp({ email, app: probeName('default') })).toBeUndefined();
    expect(await apigee().getDeveloper(email)).toBeUndefined();
  });

  it('reuses a probe app that a crash left behind, and deletes it', async () => {
    const email = probeDeveloper(world.gateway);
    await apigee().createDeveloper({ email, firstName: 'a', lastName: 'b', userName: 'c' });
    await apigee().createApp(email, {
      name: probeName('default'),
      products: [productName('default')],
    });
    await remove(proofRef);
    expect(await world.check('prove-protection')).toMatchObject({ state: 'needed' });
    await world.run('prove-protection');
    expect(await world.check('prove-protection')).toMatchObject({ state: 'done' });
    expect(await apigee().getDeveloper(email)).toBeUndefined();
  }, 60_000);

  it('attaches the environment again to the group that it was removed from', async () => {
    const [group = expect.fail()] = await operatorGroups();
    await settle(detach(group.name));
    await expect.poll(() => probe(), { timeout: 10_000 }).toMatchObject({ ok: false, status: 404 });
    expect(await world.check('verify-locked')).toMatchObject({
      state: 'needed',
      reason: expect.stringContaining('ApplicationNotFound'),
    });
    await world.run('verify-locked');
    expect(await world.check('verify-locked')).toMatchObject({ state: 'done' });
    expect(await operatorGroups()).toEqual([group]);
  });

  it('waits for the proxy without a repair while none is deployed', async () => {
    const [environment = expect.fail()] = Object.values(organization().environments);
    const { deployments = [] } = environment;
    environment.deployments = [];
    expect(await world.wait('verify-locked')).toMatchObject({
      state: 'notYet',
      seen: expect.stringContaining('has deployed no proxy in the environment apim-op-env yet'),
    });
    environment.deployments = deployments;
  });

  it('adds a domain name, never an address, and continues to wait when Apigee refuses', async () => {
    const dataplane = world.sandbox.context.state<DataplaneState>('dataplane', () => expect.fail());
    dataplane.authority = 'client';
    const refusal = world.sandbox.context.faults.add({
      service: 'apigee',
      operation: 'envgroups.patch',
      times: 1,
      probability: 1,
      seed: 1,
      action: { kind: 'status', status: 403, headers: {} },
    });
    expect(refusal).toBeDefined();
    expect(await world.wait('verify-locked')).toMatchObject({
      state: 'notYet',
      seen: expect.stringContaining('the host could not be added (Apigee refused'),
    });
    const name = /127\.\d+\.\d+\.\d+\.nip\.io/.source;
    expect(await world.wait('verify-locked')).toMatchObject({
      seen: expect.stringMatching(new RegExp(`added ${name} to environment group .*Host: ${name}`)),
    });
    const hosts = Object.values(organization().envgroups).flatMap(({ hostnames }) => hostnames);
    expect(hosts).toEqual([
      expect.stringMatching(/\.svc\.google\.com$/),
      expect.stringMatching(new RegExp(`^${name}$`)),
    ]);
    delete dataplane.authority;
    expect(await world.check('verify-locked')).toMatchObject({ state: 'done' });
  });

  it('creates a deleted operation set again, and requires a new proof', async () => {
    await remove(operationSetRef);
    expect(await world.check('create-operation-set')).toMatchObject({ state: 'needed' });
    await world.run('create-operation-set');
    expect(await world.check('prove-protection')).toMatchObject({
      state: 'needed',
      reason: expect.stringContaining('not verified'),
    });
    await world.run('prove-protection');
  }, 60_000);

  it('detects a traffic extension that fails open, and repairs it', async () => {
    const found = (await kubernetes().get(trafficExtensionRef)) ?? expect.fail();
    const text = JSON.stringify(found).replaceAll('"failOpen":false', '"failOpen":true');
    const opened = JSON.parse(text) as typeof found;
    const { name, namespace, labels, annotations } = opened.metadata;
    await kubernetes().apply({
      ...opened,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations }),
      },
      status: undefined,
    });
    expect(await world.check('attach-traffic-extension')).toMatchObject({
      state: 'drifted',
      what: [expect.stringContaining('failOpen')],
    });
    await world.run('attach-traffic-extension');
    expect(await world.check('attach-traffic-extension')).toMatchObject({ state: 'done' });
  });

  it('does not change an environment that somebody else created', async () => {
    const { apigeeEnv } = world.gateway;
    const environment = (await apigee().getEnvironment(apigeeEnv)) ?? expect.fail();
    await apigee().setEnvironmentProperties({ ...environment, description: 'by hand' }, {});
    await world.undo('create-apigee-environment');
    expect(await apigee().getEnvironment(apigeeEnv)).toBeDefined();
    await apigee().setEnvironmentProperties(environment, {});
  });
});

describe('undo in reverse order', () => {
  beforeAll(async () => {
    for (const step of protectionSteps.toReversed()) await world.undo(step);
  }, 120_000);

  it('leaves no resource in Apigee, IAM or the cluster', async () => {
    const { projectId, apigeeEnv } = world.gateway;
    expect(await apigee().getEnvironment(apigeeEnv)).toBeUndefined();
    expect(await apigee().getProduct(productName('default'))).toBeUndefined();
    const groups = await apigee().listEnvironmentGroups();
    expect(groups.map(({ name }) => name)).toEqual(['default-group']);
    const email = operatorAccount(world.gateway);
    const { iam, resourceManager } = world.clients;
    expect(await iam.getServiceAccount(projectId, email)).toBeUndefined();
    expect(await resourceManager.projectRoles(projectId, `serviceAccount:${email}`)).toEqual([]);
    for (const ref of [backendServiceRef('default'), trafficExtensionRef, proofRef]) {
      expect(await kubernetes().get(ref)).toBeUndefined();
    }
    const helm = world.clients.helm(world.gateway);
    expect(await helm.getRelease('apigee-apim-operator', 'apim')).toBeUndefined();
  });

  it.each(protectionSteps)('undoes %s a second time without harm', async (step) => {
    await world.undo(step);
    expect(await world.check(step)).toMatchObject({ state: 'needed' });
  });

  it('allows provisioning again', async () => {
    await world.provision();
    expect(await world.check('prove-protection')).toMatchObject({ state: 'done' });
  }, 120_000);
});
