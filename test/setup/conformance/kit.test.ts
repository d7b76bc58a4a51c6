// Conformance kit against sandboxes: equal worlds, different worlds, and invalid input.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faultRule, type FaultRule } from '../../../sandbox/core/faults.ts';
import type { TestSandbox } from '../../support/sandbox.ts';
import { differencesOf, runKit, startRealWorld, verdictOf } from './kit-run.ts';

const minutes = 60_000;
const reads = ['--project', 'llm-demo', '--channel', 'C0GATEWAY', '--speed', '600'];

let real: TestSandbox;
beforeAll(async () => {
  real = await startRealWorld();
});
afterEach(() => real.context.faults.clear());
afterAll(() => real.stop());

const inject = (rule: object): void =>
  void real.context.faults.add(faultRule.parse(rule) satisfies FaultRule);

const answerWith = (service: string, operation: string, status: number, body: object): void =>
  inject({ service, operation, action: { kind: 'status', status, body: JSON.stringify(body) } });

/** Recognised by value only: none has the form of a secret. */
const planted = {
  MY_COMPANY_TOKEN: 'plain words of a token',
  OTHER_SECRET: 'planted other secret',
};

test(
  'equal worlds give no difference, no write and no secret',
  async () => {
    const billingName = 'billingAccounts/planted-billing-account';
    answerWith('billing', '.*', 200, {
      name: 'projects/llm-demo/billingInfo',
      projectId: 'llm-demo',
      billingAccountName: `${billingName} ${planted.MY_COMPANY_TOKEN} ya29.plantedTokenValue jo.planted@corp.example`,
      billingEnabled: true,
    });
    const run = await runKit(real.environment, { args: reads, env: planted });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(differencesOf(run)).toEqual([]);
    expect(run.report.incomplete).toBeUndefined();

    const wire = run.report.recordings.real;
    expect(new Set(wire.map(({ service }) => service))).toEqual(
      new Set(
        'apigee billing compute gke huggingface iam resourcemanager serviceusage slack'.split(' '),
      ),
    );
    const posts = wire.filter(({ method, service }) => method === 'POST' && service !== 'slack');
    expect(posts.filter(({ path }) => !path.endsWith(':testIamPermissions'))).toEqual([]);
    const methods = new Set(wire.map(({ method }) => method));
    expect(methods).toEqual(new Set(['GET', 'POST', 'gRPC']));

    const { HF_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET } = real.environment;
    const names = ['llm-demo', '424242424242', 'planted', 'U0OLIVIA', 'ya29.'];
    const configured = [HF_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET];
    const secrets = [...configured, ...Object.values(planted), ...names];
    const written = `${run.markdown}${run.json}`;
    for (const secret of secrets) expect(written.includes(secret ?? ''), secret).toBe(false);
    expect(written.match(/[\w.]@\w[^"]*/g) ?? []).toEqual([]);
    for (const secret of [HF_TOKEN, SLACK_BOT_TOKEN, ...Object.values(planted)]) {
      expect(`${run.stdout}${run.stderr}`).not.toContain(secret);
    }

    expect(verdictOf(run, 'gke-absent-cluster')).toBe('held');
    expect(verdictOf(run, 'slack-message-not-found')).toBe('held');
    expect(verdictOf(run, 'kubernetes-operator-status')).toBe('not observed');
    expect(run.markdown).toContain('The real services and the sandbox answered alike.');
  },
  3 * minutes,
);

test(
  'injected differences of status, field, type and code are found, each at its call',
  async () => {
    answerWith('iam', 'serviceAccounts.get', 404, { error: 'no such account' });
    answerWith('apigee', 'environments.get$', 404, {
      error: { code: 404, message: 'no', status: 'NOT_FOUND', details: [], trace: 'x' },
    });
    answerWith('slack', 'users.info', 200, { ok: false, error: 'user_not_visible' });
    inject({ service: 'gke', operation: 'GetCluster', action: { kind: 'status', status: 403 } });
    const run = await runKit(real.environment, { args: reads });
    const found = differencesOf(run);
    expect(found).toContainEqual(
      expect.stringMatching(/^iam GET .*serviceAccounts.*: error: string \/ object$/),
    );
    expect(found).toContainEqual(
      expect.stringMatching(/^apigee GET .*environments\/\{\}: error\.trace: string \/ absent$/),
    );
    expect(found).toContainEqual(
      'slack POST /users.info: error: user_not_visible / user_not_found',
    );
    expect(found).toContainEqual(
      expect.stringMatching(/^gke gRPC .*GetCluster: status: PERMISSION_DENIED \/ NOT_FOUND$/),
    );
    expect(verdictOf(run, 'slack-user-not-found')).toBe('differs');
    expect(verdictOf(run, 'gke-absent-cluster')).toBe('not observed');
    expect(run.markdown).toContain('| `error` | user_not_visible | user_not_found |');
  },
  3 * minutes,
);

test(
  'Ctrl-C writes the records so far, and lists the missing ones',
  async () => {
    const run = await runKit(real.environment, { args: reads, interruptAt: 'real: apigee-reads' });
    expect(run.exitCode).toBe(130);
    expect(run.markdown).toContain('**Incomplete.** The kit was stopped');
    expect(verdictOf(run, 'google-project-reads')).toBe('held');
    expect(verdictOf(run, 'apigee-absent')).toBe('not observed');
    expect(run.report.recordings.real.length).toBeGreaterThan(0);
    expect(run.report.differences).toEqual([]);
  },
  3 * minutes,
);

test.each([
  [
    'no credentials',
    { METADATA_SERVER_DETECTION: 'none', SLACK_BOT_TOKEN: '' },
    ['--project', 'llm-demo'],
    /no credentials found.*gcloud auth application-default login/s,
  ],
  ['a typo', {}, ['--projct', 'llm-demo'], /Did you mean --project\?/],
  ['a bad variable', { ZONE: 'mars-1' }, ['--project', 'llm-demo'], /ZONE must lie in REGION/],
  [
    'a confirmation that is not the project',
    {},
    ['--project', 'llm-demo', '--gateway'],
    /Type the project ID.*Nothing was changed/s,
  ],
])(
  '%s ends with one sentence, without a report',
  async (_mistake, env, args, sentence) => {
    const run = await runKit(real.environment, { args, env, typed: 'yes\n' });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(sentence);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(run.json).toBe('');
  },
  minutes,
);
