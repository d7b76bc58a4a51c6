// The conformance kit with a throw-away gateway, with a sandbox as the real cloud.
import { afterEach, expect, test } from 'vitest';
import type { OperatorState } from '../../sandbox/controllers/apigee-operator/status.ts';
import {
  differencesOf,
  type KitRun,
  runKit,
  startRealWorld,
  verdictOf,
} from '../setup/conformance/kit-run.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const minutes = 60_000;
const withGateway = ['--project', 'llm-demo', '--gateway', '--speed', '600'];

let real: TestSandbox;
afterEach(() => real.stop());

const run = (options: { readonly interruptAt?: string } = {}): Promise<KitRun> =>
  runKit(real.environment, { args: withGateway, typed: 'llm-demo\n', ...options });

const billable = async (): Promise<readonly unknown[]> =>
  (await real.get<{ readonly billable: readonly unknown[] }>('/_sandbox/world')).billable;

test(
  'a throw-away gateway answers the open questions, gives no difference in equal worlds, and is removed',
  async () => {
    real = await startRealWorld();
    const before = await billable();
    const found = await run();
    expect(found.exitCode, found.stderr).toBe(0);
    expect(differencesOf(found)).toEqual([]);
    const verdicts = Object.fromEntries(
      found.report.checks
        .filter(({ openQuestion }) => openQuestion !== undefined)
        .map(({ openQuestion, verdict }) => [openQuestion, verdict]),
    );
    expect(verdicts).toEqual({
      1: 'held',
      2: 'held',
      3: 'held',
      4: 'held',
      5: 'held',
      // llmgw deploys no revision.
      6: 'not observed',
      // The sandbox's operator reconciles no gateway policies.
      7: 'not observed',
    });
    for (const id of ['gateway-provision', 'gateway-ask', 'gateway-teardown']) {
      expect(verdictOf(found, id)).toBe('held');
    }
    expect(found.report.steps.real.map(({ step }) => step)).toContain('prove-protection');
    expect(found.report.recordings.real.map(({ service }) => service)).toContain('kubernetes');
    expect(await billable()).toEqual(before);
  },
  6 * minutes,
);

test(
  'an operator that writes its state in lower case is reported as a difference',
  async () => {
    real = await startRealWorld();
    const operator = real.context.state<OperatorState>('apigee-operator', () => ({ products: {} }));
    operator.spelling = 'lower';
    const found = await run();
    expect(differencesOf(found)).toContainEqual(
      expect.stringMatching(
        /^kubernetes GET .*apigeebackendservices.*: status\.state: created \/ CREATED$/,
      ),
    );
    expect(verdictOf(found, 'kubernetes-operator-status')).toBe('held');
    expect(found.markdown).toContain('created (columns: .status.state');
  },
  6 * minutes,
);

test(
  'a provisioned gateway is read without a write, and compared with one of the sandbox',
  async () => {
    real = await startTestSandbox();
    expect((await real.say('/llmgw provision --yes', { wait: true })).exitCode).toBe(0);
    const found = await runKit(real.environment, {
      args: ['--project', 'llm-demo', '--speed', '600'],
    });
    expect(found.exitCode, found.stderr).toBe(0);
    expect(differencesOf(found)).toEqual([]);
    expect(verdictOf(found, 'kubernetes-operator-status')).toBe('held');
    expect(verdictOf(found, 'gateway-key-missing')).toBe('held');
    expect(verdictOf(found, 'gateway-ask')).toBe('not observed');
    const writes = found.report.recordings.real.filter(
      ({ service, method, query }) =>
        service !== 'slack' &&
        !['GET', 'gRPC', 'POST'].includes(method) &&
        !query.includes('dryRun'),
    );
    expect(writes).toEqual([]);
  },
  6 * minutes,
);

test(
  'Ctrl-C during the creation of the gateway removes it, and writes the recordings so far',
  async () => {
    real = await startRealWorld();
    const before = await billable();
    const found = await run({ interruptAt: 'provision: create-gateway' });
    expect(found.exitCode).toBe(130);
    expect(found.markdown).toContain('**Incomplete.** The kit was stopped');
    expect(verdictOf(found, 'gateway-teardown')).toBe('held');
    expect(await billable()).toEqual(before);
  },
  6 * minutes,
);
