// Law (iv): wherever provisioning fails, a teardown afterwards leaves a clean slate.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provision } from '../../jobs/provision/runbook.ts';
import { teardown } from '../../jobs/teardown/runbook.ts';
import type { ProvisionEnv } from '../../jobs/provision/env.ts';
import { fail } from '../../src/errors.ts';
import { bindRunbook } from '../../src/runbook/worker-options.ts';
import type { RunRecord } from '../../src/runbook/run-store.ts';
import type { Step } from '../../src/runbook/step.ts';
import { createTestEngine, newRunId, requestFor, type TestEngine } from '../support/engine.ts';
import { type LawWorld, startLawWorld } from '../jobs/support/law-world.ts';

/** From each stretch of the runbook, one. */
const failures = [
  'create-cluster',
  'install-apigee-operator',
  'attach-traffic-extension',
  'prove-protection',
] as const;

let law: LawWorld;
let engine: TestEngine;
let failing: string | undefined;

beforeAll(async () => {
  law = await startLawWorld(6_000);
  const env = () => Promise.resolve(law.env());
  const breakable = { ...provision, steps: provision.steps.map(failsWhenTold) };
  engine = createTestEngine({
    runbooks: { provision: bindRunbook(breakable, env), teardown: bindRunbook(teardown, env) },
    timings: { lockMs: 10_000, stalledIntervalMs: 5_000 },
  });
  await engine.start();
}, 60_000);
afterAll(async () => {
  await engine.close();
  await law.close();
});

/** After its apply: the thing stands, and nobody has waited for it. */
function failsWhenTold(step: Step<ProvisionEnv>): Step<ProvisionEnv> {
  return {
    ...step,
    apply: async (context) => {
      await step.apply(context);
      if (step.id !== failing) return;
      throw fail('permanent', 'law_iv', `No ${step.id}.`, { next: 'Tear it down.' });
    },
  };
}

async function run(runbook: string): Promise<RunRecord> {
  const runId = newRunId(runbook);
  await engine.queues.startRun(requestFor(runbook, { runId, input: {} }));
  return engine.ended(runId, 120_000);
}

test.each(failures)(
  'a failure at %s leaves nothing behind once it is torn down',
  { timeout: 240_000 },
  async (at) => {
    failing = at;
    const { state } = await run('provision');
    expect(state.status).toBe('failed');
    expect(state.steps[at]?.fault).toMatchObject({ code: 'law_iv' });
    const { state: after } = await run('teardown');
    const faults = Object.values(after.steps).flatMap(({ fault }) => fault ?? []);
    expect({ status: after.status, faults }).toEqual({ status: 'succeeded', faults: [] });
    expect(law.billable()).toEqual([]);
    expect(law.ours()).toEqual([]);
  },
);
