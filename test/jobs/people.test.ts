// Key, ask and status jobs over sandbox protocols, with and without a gateway.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  gatewayRef,
  proofRef,
  routeRef,
  trafficExtensionRef,
} from '../../src/gateway/resources.ts';
import type { ApigeeState } from '../../sandbox/apigee/state.ts';
import { type CapabilityContext, runJob } from '../../jobs/index.ts';
import { type ProvisionOptions, effectiveGateway } from '../../src/gateway/options.ts';
import { type People, meetPeople, noRuns } from './support/people.ts';
import { type World, startWorld } from './support/world.ts';

let world: World;
let people: People;
beforeAll(async () => {
  world = await startWorld({ speed: 2000 });
  people = meetPeople(world);
}, 60_000);
afterAll(() => world?.stop());
afterEach(() => world.sandbox.context.faults.clear());

const refused = (code: string, next: RegExp) => ({
  what: 'failed',
  fault: { kind: 'refused', code, next: expect.stringMatching(next) },
});
const apigee = () => world.clients.apigee(world.gateway);

async function appOf(email: string) {
  const app = await apigee().getApp({ email, app: 'llmgw-default' });
  return app ?? expect.fail(`${email} has no app`);
}

function answerAll(service: 'apigee' | 'gke', status: number): void {
  const action = { kind: 'status', status, headers: {} } as const;
  world.sandbox.context.faults.add({
    service,
    operation: '.*',
    action,
    probability: 1,
    seed: 1,
  });
}

describe('before there is a gateway', () => {
  it('refuses keys and questions, and names the people who can provision it', async () => {
    expect(await people.key('U0ALICE')).toMatchObject(refused('no_gateway', /`\/llmgw provision`/));
    expect(await people.ask('U0ALICE', 'Hello?')).toMatchObject(
      refused('no_gateway', /`\/llmgw provision`/),
    );
  });

  it('shows the status absent', async () => {
    expect(await people.status()).toMatchObject({
      state: 'absent',
      cause: expect.stringContaining('/llmgw provision'),
      endpoint: undefined,
      pods: undefined,
      keys: 0,
    });
  });
});

describe('with a gateway', () => {
  beforeAll(() => world.provision(), 120_000);

  describe('key', () => {
    it('creates developer and app, and reveals the key to its owner', async () => {
      const said = await people.key('U0ALICE');
      const app = await appOf('alice@example.com');
      const consumerKey = app.credentials[0]?.consumerKey ?? expect.fail();
      expect(said).toMatchObject({
        what: 'revealed',
        to: { user: 'U0ALICE' },
        reveal: {
          app: 'llmgw-default',
          consumerKey,
          endpoint: expect.stringMatching(/^http:\/\/127\./),
          model: 'Qwen/Qwen2.5-1.5B-Instruct',
          quota: '5 requests per minute',
          isNew: true,
        },
      });
      expect(world.redactor.text(consumerKey)).not.toContain(consumerKey);
    });

    it('announces the same key the second time', async () => {
      const before = await appOf('alice@example.com');
      expect(await people.key('U0ALICE')).toMatchObject({
        what: 'announced',
        reveal: { consumerKey: before.credentials[0]?.consumerKey, isNew: false },
      });
      expect(await appOf('alice@example.com')).toEqual(before);
    });

    it('creates one app with one key for two simultaneous requests', async () => {
      const both = await Promise.all([people.key('U0BOB'), people.key('U0BOB')]);
      const app = await appOf('bob@example.com');
      expect(app.credentials).toHaveLength(1);
      const [key] = app.credentials.map(({ consumerKey }) => consumerKey);
      expect(both).toMatchObject([
        { reveal: { consumerKey: key } },
        { reveal: { consumerKey: key } },
      ]);
      expect(both.map(({ what }) => what)).toContain('revealed');
    });

    it('fills the modal on reveal, with the key of its owner only', async () => {
      const own = await appOf('alice@example.com');
      expect(await people.key('U0ALICE', 'reveal')).toMatchObject({
        what: 'revealed',
        reveal: { consumerKey: own.credentials[0]?.consumerKey, isNew: false },
      });
      expect(await people.key('U0CAROL', 'reveal')).toMatchObject(
        refused('no_key', /`\/llmgw key`/),
      );
    });

    it('does not restore a revoked key', async () => {
      await people.key('U0DAVE');
      const app = await appOf('dave@example.com');
      const consumerKey = app.credentials[0]?.consumerKey ?? expect.fail();
      const ref = { email: 'dave@example.com', app: app.name, consumerKey };
      await apigee().setKeyStatus(ref, 'revoke');
      expect(await people.key('U0DAVE')).toMatchObject(refused('key_not_approved', /operator/));
      expect((await appOf('dave@example.com')).credentials).toHaveLength(1);
    });

    it('names the cause when the profile hides the email', async () => {
      expect(await people.key('U0NADIA')).toMatchObject({
        what: 'failed',
        fault: { kind: 'permanent', code: 'profile_hidden' },
      });
    });

    it('names the cause to an operator who acts for that person', async () => {
      const said = await people.key('U0OLIVIA', 'issue', {}, { owner: 'U0NADIA' });
      expect(said).toMatchObject({ what: 'failed', fault: { code: 'profile_hidden' } });
    });

    it('lists apps created by the bot and in the console, and finds the latter by name', async () => {
      await people.key('U0ALICE', 'issue', {}, { app: 'ci', expiresInMs: 86_400_000 });
      await apigee().createApp('alice@example.com', {
        name: 'from the console',
        products: ['llm-product'],
      });
      const said = await people.key('U0ALICE', 'list');
      expect(said).toMatchObject({
        what: 'key',
        news: {
          kind: 'list',
          apps: [
            { app: 'llmgw-default', isMadeHere: true, rows: [{ state: 'usable' }] },
            { app: 'from the console', isMadeHere: false, isWorking: true },
            { app: 'llmgw-default.ci', rows: [{ expiresAt: expect.any(Number) }] },
          ],
        },
      });
      expect(
        people.due.find(({ payload }) => 'what' in payload && payload.what === 'warn'),
      ).toMatchObject({
        payload: { app: 'llmgw-default.ci', owner: 'U0ALICE' },
        delayMs: expect.toSatisfy((ms: number) => ms > 68_000_000 && ms < 69_200_000),
      });
      const console = await people.key('U0ALICE', 'reveal', {}, { app: 'from the console' });
      expect(console).toMatchObject({ what: 'revealed', reveal: { app: 'from the console' } });
    });

    it('issues a key for another person, notifies them, and shows the operator no key', async () => {
      const before = people.said.length;
      await people.key('U0OLIVIA', 'issue', {}, { owner: 'U0ERIN' });
      expect(people.said.slice(before)).toMatchObject([
        { what: 'key', to: { user: 'U0ERIN', channel: 'U0ERIN' }, news: { kind: 'issued' } },
        { what: 'key', to: { user: 'U0OLIVIA' }, news: { kind: 'issued_for', isNew: true } },
      ]);
    });

    it('rotates once with an overlap, however often the job runs, then retires the old key', async () => {
      const [old] = (await appOf('erin@example.com')).credentials;
      const to = { user: 'U0ERIN', channel: 'C0GATEWAY', job: 'key-rotate-1' };
      const rotate = () => people.key('U0ERIN', 'rotate', {}, { overlapMs: 0, to });
      expect(await rotate()).toMatchObject({ what: 'revealed', reveal: { isNew: true } });
      await rotate();
      const { credentials } = await appOf('erin@example.com');
      expect(credentials.map(({ status }) => status)).toEqual(['approved', 'approved']);
      expect(JSON.stringify(people.due)).not.toContain(credentials[1]?.consumerKey);
      const due = people.due.filter(({ id }) => id === 'retire-key-rotate-1');
      expect(new Set(due.map((one) => JSON.stringify(one.payload))).size).toBe(1);
      const retire = () => runJob('key-later', due[0]?.payload, people.context());
      // The gateway accepts a new key a few seconds after Apigee has it.
      await expect
        .poll(async () => {
          await retire();
          return (await appOf('erin@example.com')).credentials.map((one) => one.consumerKey);
        })
        .toEqual([credentials.find((one) => one.consumerKey !== old?.consumerKey)?.consumerKey]);
      expect(people.said.at(-1)).toMatchObject({ what: 'key', news: { kind: 'retired' } });
      const before = people.said.length;
      await retire();
      expect(people.said).toHaveLength(before);
    });

    it('revokes after confirmation; the owner may replace it unless an operator revoked it', async () => {
      const revoke = (by: string, isConfirmed: boolean) =>
        people.key(by, 'revoke', {}, { owner: 'U0ERIN', isConfirmed });
      expect(await revoke('U0ERIN', false)).toMatchObject({ news: { kind: 'revoke_question' } });
      expect((await appOf('erin@example.com')).credentials[0]?.status).toBe('approved');
      expect(await revoke('U0ERIN', true)).toMatchObject({ news: { kind: 'revoked' } });
      expect((await appOf('erin@example.com')).credentials[0]?.status).toBe('revoked');
      expect(await people.ask('U0ERIN', 'Hello?')).toMatchObject(
        refused('key_not_approved', /`\/llmgw key`/),
      );
      expect(await people.key('U0ERIN')).toMatchObject({ what: 'revealed' });
      await revoke('U0OLIVIA', true);
      expect(people.said.at(-1)).toMatchObject({ to: { channel: 'U0ERIN' } });
      expect(await people.key('U0ERIN')).toMatchObject(refused('key_not_approved', /operator/));
      await people.key('U0OLIVIA', 'issue', {}, { owner: 'U0ERIN' });
      expect(people.said.at(-1)).toMatchObject({ news: { kind: 'issued_for', isNew: true } });
      expect(await people.key('U0ERIN')).toMatchObject({ what: 'announced' });
    });

    it('asks operators when the product requires approval, and tells the owner their decision', async () => {
      const { organizations } = world.sandbox.context.state('apigee', (): ApigeeState =>
        expect.fail(),
      );
      const manual =
        organizations[world.gateway.apigeeOrg]?.products['llm-product'] ?? expect.fail();
      manual.approvalType = 'manual';
      const before = people.said.length;
      await people.key('U0FAY');
      await people.key('U0FAY');
      const [asked] = people.said.slice(before);
      const request = asked?.what === 'approval' ? asked.request : expect.fail();
      expect(people.said.slice(before)).toMatchObject([
        { what: 'approval', request: { kind: 'key', id: request.id } },
        { what: 'key', news: { kind: 'pending' } },
        { what: 'approval', request: { kind: 'key', id: request.id } },
        { what: 'key', news: { kind: 'pending' } },
      ]);
      expect(await people.ask('U0FAY', 'Hello?')).toMatchObject(
        refused('key_pending', /operator's decision/),
      );
      const decision = { owner: 'U0FAY', key: request.hash };
      await people.key('U0OLIVIA', 'approve', {}, decision);
      expect(people.said.at(-1)).toMatchObject({
        to: { user: 'U0FAY' },
        news: { kind: 'approved' },
      });
      expect(await people.key('U0FAY')).toMatchObject({ what: 'announced' });
      await people.key('U0OLIVIA', 'deny', {}, decision);
      expect(await people.key('U0FAY')).toMatchObject(refused('key_not_approved', /operator/));
      manual.approvalType = 'auto';
    });

    it('leaves a transient fault to the queue until the last attempt, then shows it', async () => {
      answerAll('apigee', 503);
      const before = people.said.length;
      const attempt = people.key('U0CAROL', 'issue', { isLastAttempt: false });
      await expect(attempt).rejects.toMatchObject({ fault: { kind: 'transient' } });
      expect(people.said).toHaveLength(before);
      expect(await people.key('U0CAROL')).toMatchObject({
        what: 'failed',
        fault: { kind: 'transient', code: 'unavailable' },
      });
    });
  });

  describe('ask', () => {
    it('explains how to get a key to a person without one', async () => {
      expect(await people.ask('U0CAROL', 'Hello?')).toMatchObject(
        refused('no_key', /`\/llmgw key`/),
      );
    });

    it('answers with the key of the asker, grows, and keeps the prompt for Retry', async () => {
      const said = await people.ask('U0ALICE', 'What is the capital of France?');
      expect(said).toMatchObject({
        what: 'answered',
        answer: {
          text: 'The capital of France is Paris.',
          form: 'markdown',
          cutAt: undefined,
          model: 'Qwen/Qwen2.5-1.5B-Instruct',
          completionTokens: expect.any(Number),
          firstTokenMs: expect.any(Number),
          quota: { limit: 5, window: 'minute', usedHere: 1 },
        },
      });
      if (said.what !== 'answered') return;
      const grown = people.grown.get(said.to.job) ?? [];
      expect(grown.length).toBeGreaterThan(1);
      expect(grown.at(-1)).toBe(said.answer.text);
      expect(people.texts.has(said.to.job)).toBe(true);
    });

    it('continues in the same message after its worker was lost', async () => {
      const lost = new AbortController();
      people.onGrow = () => lost.abort(new Error('the worker is gone'));
      people.texts.set('ask-lost', 'Tell me more.');
      const to = { user: 'U0ALICE', channel: 'C0GATEWAY', job: 'ask-lost' };
      const payload = { gateway: 'default', prompt: 'ask-lost', maxTokens: 8, to };
      const first = runJob('ask', payload, people.context({ signal: lost.signal }));
      await expect(first).rejects.toThrow('the worker is gone');
      people.onGrow = () => undefined;
      await runJob('ask', payload, people.context());
      const told = people.said.filter((one) => one.to.job === 'ask-lost').map(({ what }) => what);
      expect(told).toEqual(['opened', 'opened', 'answered']);
      await runJob('ask', payload, people.context());
      expect(people.said.filter((one) => one.to.job === 'ask-lost')).toHaveLength(3);
    });

    it('explains errors of the gateway', async () => {
      world.sandbox.context.faults.add({
        service: 'dataplane',
        operation: '.*',
        action: { kind: 'status', status: 503, body: 'no healthy upstream', headers: {} },
        probability: 1,
        seed: 1,
      });
      const said = await people.ask('U0ALICE', 'Hello?');
      expect(said).toMatchObject({
        what: 'explained',
        fault: {
          row: 'no_healthy_upstream',
          actions: expect.arrayContaining([expect.objectContaining({ command: 'status' })]),
          status: 503,
        },
      });
    });

    it('explains the quota to a person who exceeds it', async () => {
      const asked = await Promise.all(
        Array.from({ length: 6 }, (_, index) => people.ask('U0BOB', `Question ${index}`)),
      );
      expect(asked.filter(({ what }) => what === 'answered')).toHaveLength(5);
      expect(asked.find(({ what }) => what === 'explained')).toMatchObject({
        fault: {
          row: 'quota_spent',
          status: 429,
          retryAfterMs: 60_000,
          next: expect.stringContaining('at most 60 s'),
        },
      });
      const used = asked.flatMap((one) =>
        one.what === 'answered' ? [one.answer.quota.usedHere] : [],
      );
      expect(Math.max(...used)).toBeLessThanOrEqual(6);
      const warned = people.said.filter(({ what }) => what === 'quota_warning');
      expect(warned).toMatchObject([
        { to: { user: 'U0BOB' }, warning: { limit: 5, app: 'llmgw-default', window: 'minute' } },
      ]);
    });
  });

  describe('plan', () => {
    let desired = world?.gateway;
    beforeEach(() => {
      desired = world.gateway;
    });
    const env: CapabilityContext['env'] = (_gateway, options) =>
      Promise.resolve({ ...world.env, gateway: effectiveGateway(desired, options ?? {}) });

    /** The messages about it, and the options of the runs that it started. */
    async function plan(payload: object, job = 'plan-1') {
      const begun: ProvisionOptions[] = [];
      const runs = {
        ...noRuns,
        provision: (start: { options: ProvisionOptions }) =>
          Promise.resolve(void begun.push(start.options)),
      };
      const to = { user: 'U0ALICE', channel: 'C0GATEWAY', job };
      const before = people.said.length;
      await runJob('plan', { gateway: 'default', ...payload, to }, people.context({ env, runs }));
      const [said] = people.said.slice(before);
      return { said, begun };
    }
    const planned = ({ said }: Awaited<ReturnType<typeof plan>>) =>
      said?.what === 'plan' ? said.plan : expect.fail(JSON.stringify(said));

    it('finds everything in sync, and changes nothing', async () => {
      const state = () => JSON.stringify(world.sandbox.context.state('kubernetes', () => ({})));
      const before = state();
      const made = planned(await plan({ asks: true }));
      expect(made.steps.filter(({ action }) => action !== 'leave')).toEqual([]);
      expect(made).toMatchObject({ verdict: 'in_sync', expectedMs: 0 });
      expect(state()).toBe(before);
    });

    it('lists the changes of the options, and starts the run once approved', async () => {
      const options = { quota: '7/minute' };
      const made = planned(await plan({ options, asks: true }, 'provision-default-1'));
      expect(made.verdict).toBe('ready');
      expect(made.steps.filter(({ action }) => action === 'change')).toMatchObject([
        { id: 'create-operation-set', why: expect.stringContaining('limit') },
      ]);
      const approval = { approved: made.hash, asks: true };
      expect((await plan(approval, 'provision-default-1')).begun).toEqual([options]);
      const again = await plan(approval, 'provision-default-1');
      expect(again.begun).toEqual([]);
      expect(again.said).toMatchObject(refused('plan_gone', /\/llmgw provision/));
    });

    it('starts no run when the plan differs from the approved one', async () => {
      const options = { quota: '8/minute' };
      const made = planned(await plan({ options, asks: true }, 'provision-default-2'));
      desired = { ...world.gateway, nodeCount: 4 };
      const stale = await plan({ approved: made.hash, asks: true }, 'provision-default-2');
      expect(stale.begun).toEqual([]);
      expect(stale.said).toMatchObject({
        what: 'plan',
        showing: {
          asks: true,
          differs: [
            'Nodes: 3 × c2-standard-16 → 4 × c2-standard-16',
            expect.stringContaining('unchanged → blocked (Cluster infgw-cluster has 3 nodes'),
            'Deploy model server: unchanged → change (Deployment vllm-qwen: spec.replicas)',
          ],
        },
      });
    });
  });

  describe('status', () => {
    it('is ready, with endpoint, model, pods, proof time, keys and last run', async () => {
      const lastRun = {
        id: 'provision-default-x',
        runbook: 'provision',
        status: 'succeeded',
        at: 1,
      };
      const runs = { ...noRuns, last: () => Promise.resolve(lastRun) };
      expect(await people.status({ runs })).toEqual({
        gateway: 'default',
        state: 'ready',
        cause: undefined,
        endpoint: expect.stringMatching(/^http:\/\/127\./),
        model: 'Qwen/Qwen2.5-1.5B-Instruct',
        pods: { ready: 3, desired: 3 },
        provenAt: expect.any(Number),
        keys: 6,
        lastRun,
      });
    });

    it('is provisioning while a run holds the gateway', async () => {
      const runs = { ...noRuns, activeRunId: () => Promise.resolve('provision-default-y') };
      expect(await people.status({ runs })).toMatchObject({
        state: 'provisioning',
        cause: expect.stringContaining('provision-default-y'),
      });
    });

    it('omits the number of keys when Apigee does not respond', async () => {
      answerAll('apigee', 503);
      expect(await people.status()).toMatchObject({ state: 'ready', keys: undefined });
    });

    it('is unknown when the cluster cannot be looked up', async () => {
      answerAll('gke', 403);
      expect(await people.status()).toMatchObject({
        state: 'unknown',
        cause: expect.stringContaining('cluster'),
      });
    });

    it.each([
      { ref: proofRef, cause: /is not verified yet/ },
      { ref: trafficExtensionRef, cause: /traffic extension is missing/ },
      { ref: routeRef, cause: /route is missing/ },
      { ref: gatewayRef, cause: /gateway is missing/ },
    ])('names $ref.kind $ref.name as the root cause when it is gone', async ({ ref, cause }) => {
      const kubernetes = world.clients.kubernetes(world.gateway);
      const found = await kubernetes.get(ref);
      await kubernetes.delete(ref, { uid: found?.metadata.uid ?? expect.fail() });
      await expect.poll(() => kubernetes.get(ref), { timeout: 20_000 }).toBeUndefined();
      // The load balancer applies a change shortly after the cluster.
      const desired = { state: 'degraded', cause: expect.stringMatching(cause) };
      await expect.poll(() => people.status()).toMatchObject(desired);
    });
  });

  it('shows a key to its owner only', async () => {
    const keys = await Promise.all(
      ['alice@example.com', 'bob@example.com', 'erin@example.com', 'fay@example.com'].map(
        async (email) => await appOf(email),
      ),
    );
    const secret = keys.flatMap((app) => app.credentials.map(({ consumerKey }) => consumerKey));
    const others = people.said.filter(({ what }) => what !== 'revealed' && what !== 'announced');
    expect(secret.length).toBeGreaterThan(2);
    for (const key of secret) expect(JSON.stringify(others)).not.toContain(key);
  });
});
