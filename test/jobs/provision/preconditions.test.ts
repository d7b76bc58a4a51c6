// Preconditions broken one by one in the sandbox: each is reported before any change.
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makePlan } from '../../../jobs/provision/make-plan.ts';
import { freeRange } from '../../../jobs/provision/step-parts/proxy-subnet.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { provision } from '../../../jobs/provision/runbook.ts';
import { checkProject } from '../../../jobs/provision/steps/check-project.ts';
import { createApigeeEnvironment } from '../../../jobs/provision/steps/create-apigee-environment.ts';
import { createCluster } from '../../../jobs/provision/steps/create-cluster.ts';
import { createProxySubnet } from '../../../jobs/provision/steps/create-proxy-subnet.ts';
import { enableApis } from '../../../jobs/provision/steps/enable-apis.ts';
import type { GatewayConfig } from '../../../src/kernel/config.ts';
import { checkAll } from '../../../src/engine/check-all.ts';
import { planMessage } from '../../../jobs/provision/plan-view.ts';
import type { StepContext } from '../../../src/engine/step.ts';
import { bindRunbook } from '../../../src/engine/worker-options.ts';
import { type TestEngine, createTestEngine, newRunId, requestFor } from '../../support/engine.ts';
import { type World, quiet, startWorld } from '../support/world.ts';
import { brokenProjects } from './broken-projects.ts';
import { type ProjectState, openProjectState } from './project-state.ts';
import { clusterSpec } from '../../clients/gke/cluster-spec.ts';
import { spoken } from '../../../src/slack/messages/mrkdwn.ts';

let world: World;
let state: ProjectState;
let engine: TestEngine;
/** The context of a run's steps. */
let env: ProvisionEnv;

beforeAll(async () => {
  world = await startWorld({ speed: 3_000 });
  state = openProjectState(world.sandbox);
  const bound = bindRunbook(provision, () => Promise.resolve(env));
  engine = createTestEngine({ runbooks: { provision: bound } });
  await engine.start();
}, 60_000);
afterAll(async () => {
  await engine.close();
  await world.stop();
});
beforeEach(() => {
  world.sandbox.context.faults.clear();
  state.reset();
});

function contextOf(over: Partial<GatewayConfig> = {}): StepContext<ProvisionEnv> {
  const { env } = world;
  return {
    env: { ...env, gateway: { ...env.gateway, ...over } },
    runId: 'provision-default-test',
    target: 'default',
    input: {},
    outputs: {},
    signal: new AbortController().signal,
    log: quiet,
  };
}

test('a valid project needs no repair, only the changes that the bot makes', async () => {
  await expect(enableApis.check(contextOf())).resolves.toEqual({
    state: 'needed',
    why: 'absent',
    of: ['container.googleapis.com', 'networkservices.googleapis.com'],
    reason: 'container.googleapis.com, networkservices.googleapis.com are not enabled',
  });
  await expect(checkProject.check(contextOf())).resolves.toEqual({ state: 'done' });
  await expect(createProxySubnet.check(contextOf())).resolves.toMatchObject({ state: 'needed' });
  state.enableAllApis();
  await expect(enableApis.check(contextOf())).resolves.toEqual({ state: 'done' });
});

/** The steps that can be checked in a project without a cluster. */
const withoutCluster = [
  enableApis,
  checkProject,
  createProxySubnet,
  createCluster,
  createApigeeEnvironment,
];

test.each([...brokenProjects])(
  '%s: the plan shows %s first with its fix, and provision stops before any write',
  async (_broken, code, message, next, over, breakIt) => {
    breakIt(state);
    const before = await state.inventory();
    const context = contextOf(over);
    const rows = await checkAll({ steps: withoutCluster }, context);
    const found = rows.find(({ id }) => id === 'check-project')?.found;
    if (found?.state !== 'refused') return expect.fail(`check-project says ${found?.state}`);
    const { why } = found;
    expect(why).toMatchObject({ kind: 'refused', code });
    expect(why.message).toMatch(message);
    expect(why.next).toMatch(next);

    const { gateway } = context.env;
    const plan = makePlan({ gateway, options: {}, rows, activeRun: undefined });
    const { text } = planMessage(plan, { asks: true }, context.runId);
    const lead = 'Gateway default. Blocked: 1 problem to fix. Nothing changed.';
    // Spoken text has no code marks.
    const fix = guidanceText(why.next ?? '').replaceAll('`', '');
    expect(String(spoken(text))).toBe(`${lead} ${why.message}. ${fix}`);

    expect(await provisionFails(context.env)).toEqual(why);
    const after = await state.inventory();
    expect(after.billable).toEqual([]);
    expect(after).toEqual(before);
  },
);

/** Runs the real runbook on the real engine. @returns the fault of the only started step. */
async function provisionFails(given: ProvisionEnv): Promise<unknown> {
  env = given;
  const runId = newRunId('provision');
  await engine.queues.startRun(requestFor('provision', { runId, target: runId, input: {} }));
  const record = await engine.ended(runId);
  expect(record.state.status).toBe('failed');
  const begun = Object.values(record.state.steps).filter(({ status }) => status !== 'pending');
  expect(begun).toHaveLength(1);
  return begun[0]?.fault;
}

test('check-project stops the run when the APIs are already enabled', async () => {
  state.enableAllApis();
  state.instance().location = 'europe-west1';
  const checked = await checkProject.check(contextOf());
  expect(checked).toMatchObject({ state: 'refused', why: { code: 'no_apigee_instance' } });
});

test('several problems are reported together, each with its own fix', async () => {
  state.project().billingAccount = '';
  state.hub().isTokenRevoked = true;
  state.quotas()['C2_CPUS'] = 8;
  const checked = await checkProject.check(contextOf());
  expect(checked).toMatchObject({
    state: 'refused',
    why: {
      code: 'preconditions',
      details: { codes: ['billing_off', 'quota_exceeded', 'hf_token_refused'] },
      message: expect.stringMatching(/^3 problems to fix:\n• Billing .*`gcloud billing/),
    },
  });
});

test('an API that is not active yet delays check-project, and hides no problem', async () => {
  state.project().enabledServices = state
    .project()
    .enabledServices.filter((api) => !/compute/.test(api));
  await expect(checkProject.check(contextOf())).resolves.toMatchObject({
    state: 'needed',
    reason: expect.stringContaining('Compute Engine API has not been used'),
  });
  await expect(checkProject.wait(contextOf())).resolves.toMatchObject({ state: 'notYet' });
  state.hub().isTokenRevoked = true;
  await expect(checkProject.check(contextOf())).resolves.toMatchObject({
    state: 'refused',
    why: { code: 'hf_token_refused' },
  });
});

test('an outage of Hugging Face is ignored; an outage of Google is retried', async () => {
  const down = {
    action: { kind: 'status', status: 503, headers: {} },
    probability: 1,
    seed: 1,
  } as const;
  world.sandbox.context.faults.add({ service: 'huggingface', operation: '.*', ...down });
  await expect(checkProject.check(contextOf())).resolves.toEqual({ state: 'done' });
  world.sandbox.context.faults.add({ service: 'compute', operation: 'networks', ...down });
  await expect(checkProject.check(contextOf())).rejects.toMatchObject({
    fault: { kind: 'transient' },
  });
});

test('an existing cluster is not counted against the quotas again', async () => {
  state.enableAllApis();
  await world.clients.gke.createCluster(clusterSpec);
  expect(state.quotas()['C2_CPUS']).toBeLessThan(96);
  await expect(checkProject.check(contextOf())).resolves.toEqual({ state: 'done' });
});

test.each([
  [[], '10.127.0.0/23'],
  [['10.128.0.0/20'], '10.127.0.0/23'],
  [['10.127.1.0/24'], '10.126.0.0/23'],
  [['10.120.0.0/13'], '10.119.0.0/23'],
  [['fd20::/64'], '10.127.0.0/23'],
])('a proxy range beside %j', (taken, expected) => {
  expect(freeRange(taken)).toBe(expected);
});

test('a network without a free range is refused', () => {
  expect(() => freeRange(['10.0.0.0/8'])).toThrow(/No free range/);
});
