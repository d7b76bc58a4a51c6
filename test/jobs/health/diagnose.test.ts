// Diagnoses from checks, and their messages: causes first, consequences after.
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/gateway/causes.ts';
import { provision } from '../../../jobs/provision/runbook.ts';
import { type LlmgwError, fail } from '../../../src/kernel/errors.ts';
import { awayFault } from '../../../src/clients/shared/cluster-away.ts';
import { refusalError } from '../../../src/clients/apigee/fault.ts';
import { whyNotReady } from '../../../jobs/health/status/why-not-ready.ts';
import type { Observation } from '../../../src/gateway/observation.ts';
import type { PodReason } from '../../../src/clients/kubernetes/pod-reasons.ts';
import type { NeedReason } from '../../../src/engine/step.ts';
import { type Found, type CheckRow, rowOf } from '../../../src/engine/check-all.ts';
import { formatPodReason, doctorMessage, repairRun } from '../../../jobs/health/doctor/view.ts';

const needed = (reason: string, why: NeedReason = 'not_ready'): Found => ({
  state: 'needed',
  why,
  reason,
});
const drifted = (...what: string[]): Found => ({ state: 'drifted', what });
const refused: Found = {
  state: 'refused',
  why: fail('refused', 'failed_precondition', 'CPUS is 8 of 48', { next: 'Raise the quota.' })
    .fault,
};
const unread: Found = {
  state: 'unread',
  why: fail('transient', 'unavailable', 'The API cannot be reached', { next: 'Wait.' }).fault,
};
const missing = (what: string): Found => needed(`${what} is missing`, 'absent');
const unproven = needed('the current protection is not verified', 'unproven');

/** The real graph; steps that are not named are in sync. */
const rowsWith = (found: Record<string, Found>): CheckRow[] =>
  provision.steps.map((step) => ({ ...rowOf(step), found: found[step.id] ?? { state: 'done' } }));

const examined = (
  found: Record<string, Found>,
  pods: Record<string, PodReason[]> = {},
  activeRun?: string,
) => judge({ rows: rowsWith(found), pods, model: 'a/model', activeRun });

const seen = (found: Record<string, Found>): Observation => ({
  ...examined(found),
  gateway: 'default',
  rows: rowsWith(found),
  activeRun: undefined,
  model: 'a/model',
  endpoint: undefined,
  pods: undefined,
  provenAt: undefined,
});

const inCluster = provision.steps
  .map(({ id }) => id)
  .slice(provision.steps.findIndex(({ id }) => id === 'create-cluster') + 1)
  .filter((id) => !['prepare-apigee-identity', 'create-apigee-environment'].includes(id));

describe('the verdict', () => {
  test.each<{
    name: string;
    found: Record<string, Found>;
    state: string;
    causes: string[];
    effects: string[];
    canRepair: boolean;
  }>([
    {
      name: 'a proof that is due has its app missing, which is nobody’s trouble',
      found: {
        'create-probe-app': needed('needed to verify the protection'),
        'prove-protection': unproven,
      },
      state: 'degraded',
      causes: ['prove-protection'],
      effects: ['create-probe-app'],
      canRepair: true,
    },
    {
      name: 'nor beside what is wrong',
      found: {
        'attach-traffic-extension': missing('GCPTrafficExtension'),
        'create-probe-app': needed('needed to verify the protection'),
        'prove-protection': unproven,
      },
      state: 'degraded',
      causes: ['attach-traffic-extension'],
      effects: ['create-probe-app', 'prove-protection'],
      canRepair: true,
    },
    {
      name: 'a gateway that answered without a key, beside what could not be looked at',
      found: {
        'create-api-product': unread,
        'verify-locked': needed('without a key: the gateway answered', 'open'),
      },
      state: 'degraded',
      causes: ['verify-locked', 'create-api-product'],
      effects: [],
      canRepair: true,
    },
    {
      name: 'a missing route, beside a gateway that could not be looked at',
      found: { 'create-gateway': unread, 'create-route': missing('HTTPRoute llm-route') },
      state: 'degraded',
      causes: ['create-route', 'create-gateway'],
      effects: [],
      canRepair: true,
    },
    {
      name: 'no cluster, while the APIs could not be looked at',
      found: {
        'enable-apis': unread,
        'create-cluster': missing('the cluster'),
        'create-gateway': needed('there is no cluster yet', 'blocked_by'),
      },
      state: 'absent',
      causes: ['create-cluster', 'enable-apis'],
      effects: ['create-gateway'],
      canRepair: true,
    },
    {
      name: 'everything as wanted',
      found: {},
      state: 'ready',
      causes: [],
      effects: [],
      canRepair: false,
    },
    {
      name: 'a deleted route',
      found: {
        'create-route': missing('HTTPRoute llm-route'),
        'verify-locked': needed('without a key: HTTP 404'),
        'prove-protection': drifted('without a key: HTTP 404'),
      },
      state: 'degraded',
      causes: ['create-route'],
      effects: ['verify-locked', 'prove-protection'],
      canRepair: true,
    },
    {
      name: 'a deleted traffic extension, which what is seen from outside does not excuse',
      found: {
        'verify-inference': needed('not verified yet'),
        'attach-traffic-extension': missing('GCPTrafficExtension apigee-llm-extension'),
        'verify-locked': needed('without a key: the gateway answered'),
        'prove-protection': unproven,
      },
      state: 'degraded',
      causes: ['attach-traffic-extension'],
      effects: ['verify-inference', 'verify-locked', 'prove-protection'],
      canRepair: true,
    },
    {
      name: 'an edited quota',
      found: {
        'create-operation-set': drifted('APIOperationSet llm-operations: spec.quota.limit'),
        'prove-protection': unproven,
      },
      state: 'degraded',
      causes: ['create-operation-set'],
      effects: ['prove-protection'],
      canRepair: true,
    },
    {
      name: 'no cluster',
      found: {
        'create-cluster': missing('the cluster'),
        ...Object.fromEntries(
          inCluster.map((id) => [id, needed('there is no cluster yet', 'blocked_by')]),
        ),
      },
      state: 'absent',
      causes: ['create-cluster'],
      effects: inCluster,
      canRepair: true,
    },
    {
      name: 'an edit above, and an object below that somebody deleted',
      found: {
        'create-api-product': drifted('APIProduct llm-product: spec.approvalType'),
        'create-operation-set': missing('APIOperationSet llm-operations'),
      },
      state: 'degraded',
      causes: ['create-operation-set', 'create-api-product'],
      effects: [],
      canRepair: true,
    },
    {
      name: 'a refusal comes first, and nothing is repaired before it is mended',
      found: { 'create-gateway': missing('Gateway inference-gateway'), 'check-project': refused },
      state: 'degraded',
      causes: ['check-project', 'create-gateway'],
      effects: [],
      canRepair: false,
    },
    {
      name: 'a cluster that is silent is told once',
      found: {
        'create-hf-secret': unread,
        'install-inference-crds': unread,
        'create-gateway': unread,
        'deploy-model-server': unread,
      },
      state: 'unknown',
      causes: ['create-hf-secret'],
      effects: ['deploy-model-server'],
      canRepair: false,
    },
    {
      name: 'only the proof is old',
      found: { 'prove-protection': unproven },
      state: 'degraded',
      causes: ['prove-protection'],
      effects: [],
      canRepair: true,
    },
  ])('$name', ({ found, state, causes, effects, canRepair }) => {
    const verdict = examined(found);
    expect(verdict.state).toBe(state);
    expect(verdict.causes.map(({ step }) => step)).toEqual(causes);
    expect(verdict.effects.map(({ step }) => step)).toEqual(effects);
    expect(verdict.canRepair).toBe(canRepair);
  });

  test.each<[PodReason['code'], RegExp | undefined, boolean]>([
    ['image_pull', /image exists/, false],
    ['out_of_memory', /--machine-type/, false],
    ['unschedulable', /--nodes/, false],
    ['token_refused', /huggingface\.co\/a\/model/, false],
    ['bad_config', /describe pod vllm-1/, false],
    ['crashing', /logs --previous vllm-1/, false],
    ['loading', undefined, true],
    ['starting', undefined, true],
  ])('unready pods (%s) are listed with their fix', (code, next, canRepair) => {
    const pods = ['vllm-1', 'vllm-2', 'vllm-3', 'vllm-4'];
    const verdict = examined(
      {
        'deploy-model-server': needed('Deployment vllm-qwen: 0 of 4 pods are ready'),
        'verify-locked': needed('without a key: HTTP 503'),
      },
      { 'deploy-model-server': [{ code, text: '4 of 4 pods: trouble', pods }] },
    );
    expect(verdict.causes).toHaveLength(1);
    const [cause] = verdict.causes;
    expect(cause?.because.map(formatPodReason)).toEqual([
      '4 of 4 pods: trouble (vllm-1, vllm-2, vllm-3 and 1 more)',
    ]);
    if (next === undefined) expect(cause?.next).toBeUndefined();
    else expect(guidanceText(cause?.next ?? '')).toMatch(next);
    expect(verdict.canRepair).toBe(canRepair);
  });

  test('no repair is offered during an active run', () => {
    const found = { 'create-route': missing('HTTPRoute llm-route') };
    expect(examined(found, {}, 'provision-default-x')).toMatchObject({
      state: 'provisioning',
      canRepair: false,
    });
  });
});

describe('an outage beside another problem', () => {
  const because = (error: LlmgwError): Found => ({ state: 'unread', why: error.fault });
  const away = (doing: string): Found => because(awayFault(`${doing}: the cluster's API is away`));
  const apigeeSaid = (status: number, what: string): Found =>
    because(refusalError({ what, organization: 'llm-demo', status, body: '', retryAfter: null }));
  /** Every check that calls the cluster's API. */
  const clusterAway = Object.fromEntries(
    ['create-hf-secret', 'install-inference-crds', 'deploy-model-server', 'create-gateway']
      .concat(['create-route', 'create-backend-service', 'create-api-product'])
      .map((id) => [id, away(id)]),
  );

  test.each([
    'create-apigee-environment',
    'prepare-apigee-identity',
    'create-api-product',
    'create-probe-app',
    'prove-protection',
    'verify-locked',
  ])('a denial in %s keeps its sentence and next action during a cluster outage', (step) => {
    const { causes, effects, state } = examined({
      ...clusterAway,
      [step]: apigeeSaid(403, 'read it'),
    });
    expect(state).toBe('unknown');
    expect(causes).toHaveLength(2);
    const [denial, outage] = causes;
    expect(denial).toMatchObject({
      step,
      what: ['Apigee refused to read it: HTTP 403'],
      next: expect.stringContaining('roles/apigee.admin') as string,
    });
    expect(outage?.what[0]).toContain("the cluster's API is away");
    expect(outage?.what.join()).not.toContain(denial?.title);
    expect(effects.map((one) => one.step)).not.toContain(step);
    const words = guidanceText(
      whyNotReady(seen({ ...clusterAway, [step]: apigeeSaid(403, 'read it') })) ?? '',
    );
    expect(words).toContain('HTTP 403');
    expect(words).toContain('roles/apigee.admin');
    expect(words).toContain("the cluster's API is away");
  });

  test.each<[string, LlmgwError]>([
    ['no credentials', fail('permanent', 'no_credentials', 'There is none', { next: 'Log in.' })],
    ['a quota', fail('permanent', 'quota_exceeded', 'No CPUs', { next: 'Ask for more.' })],
    ['a foreign object', fail('refused', 'not_ours', 'It is not ours', { next: 'Go.' })],
    ['a refusal', fail('permanent', 'rejected', 'It is wrong', { next: 'Correct it.' })],
    ['a bug', fail('bug', 'unexpected', 'It broke')],
    ['a disabled API', fail('permanent', 'api_disabled', 'It is off', { next: 'Enable it.' })],
  ])('%s is listed in addition to the outage', (_name, error) => {
    const { causes } = examined({ ...clusterAway, 'create-gateway': because(error) });
    expect(causes.map(({ step }) => step)).toEqual(['create-gateway', 'create-hf-secret']);
    expect(causes[0]).toMatchObject({ what: [error.message], next: error.fault.next });
  });

  test('two denials keep a sentence each', () => {
    const { causes } = examined({
      'create-apigee-environment': apigeeSaid(403, 'read the environment'),
      'prepare-apigee-identity': because(
        fail('permanent', 'denied', 'IAM says no', { next: 'Give it the role.' }),
      ),
    });
    expect(causes.map(({ what }) => what)).toEqual([
      ['IAM says no'],
      ['Apigee refused to read the environment: HTTP 403'],
    ]);
  });

  test('two unreachable services are two outages, each listed once', () => {
    const { causes } = examined({
      ...clusterAway,
      'create-apigee-environment': apigeeSaid(503, 'read the environment'),
      'create-probe-app': apigeeSaid(503, 'read the app'),
    });
    expect(causes.map(({ step }) => step)).toEqual([
      'create-hf-secret',
      'create-apigee-environment',
    ]);
    expect(causes[1]?.what[0]).toContain('HTTP 503');
  });

  test('an unprotected gateway is listed first, with its own text, during a cluster outage', () => {
    const { causes, open } = examined({
      ...clusterAway,
      'verify-locked': needed('without a key: the gateway answered', 'open'),
      'create-apigee-environment': apigeeSaid(403, 'read it'),
    });
    expect(open).toBe('answered');
    expect(causes.map(({ step }) => step)).toEqual([
      'verify-locked',
      'create-apigee-environment',
      'create-hf-secret',
    ]);
  });

  test('a check that waits for an API that another step enables is no cause', () => {
    const off = because(fail('permanent', 'api_disabled', 'It is off', { next: 'Enable it.' }));
    const { causes, effects } = examined({
      'enable-apis': missing('an API'),
      'create-apigee-environment': off,
    });
    expect(causes.map(({ step }) => step)).toEqual(['enable-apis']);
    expect(effects.map(({ step }) => step)).toEqual(['create-apigee-environment']);
  });
});

describe('its message', () => {
  const message = (found: Record<string, Found>, answered = false) =>
    doctorMessage(
      {
        ...examined(found),
        gateway: 'default',
        activeRun: undefined,
        refusals: [{ when: 'no-key', state: answered ? 'answered' : 'refused', seen: 'HTTP 500' }],
        provenAt: undefined,
        checks: 21,
        passed: 20,
      },
      'doctor-k3f9x2ab',
    );

  test('reports an unprotected gateway before causes, and names the run that Repair starts', () => {
    const found = { 'attach-traffic-extension': missing('GCPTrafficExtension x') };
    const { blocks, text, mark } = message(found, true);
    const shown = JSON.stringify(blocks);
    expect(shown.indexOf('Unprotected')).toBeLessThan(shown.indexOf('Attach Apigee'));
    expect(shown.indexOf('Unprotected')).toBeGreaterThan(0);
    const named = { gateway: 'default', runId: 'provision-default-k3f9x2ab' };
    const value = repairRun.write(named);
    expect(shown).toContain(`"value":${JSON.stringify(value)}`);
    expect(repairRun.read(value)).toEqual(named);
    expect(repairRun.read('default provision-default-k3f9x2ab')).toEqual(named);
    expect(text).toMatch(
      /degraded\. It answers requests without a key\. .*GCPTrafficExtension x is/,
    );
    expect(mark).toEqual({ kind: 'outcome', status: 'failed', job: 'doctor-k3f9x2ab' });
  });

  test('offers no Repair to a gateway that needs none', () => {
    const { blocks, mark } = message({});
    expect(JSON.stringify(blocks)).not.toContain('doctor.repair');
    expect(mark).toMatchObject({ status: 'ok' });
  });

  test('counts the fields that it does not list, and never turns foreign text into a mention', () => {
    const fields = Array.from({ length: 15 }, (_none, index) => `Thing x: spec.f${index}`);
    const shown = JSON.stringify(
      message({ 'create-gateway': drifted('Thing x: <!channel>', ...fields) }).blocks,
    );
    expect(shown).toContain('and 4 more');
    expect(shown).toContain('&lt;!channel&gt;');
  });

  test('rejects unknown values', () => {
    expect(repairRun.read('default')).toBeUndefined();
    expect(repairRun.read('default x y')).toBeUndefined();
  });
});
