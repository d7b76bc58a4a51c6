// The runbook laws, held by the real provisioning runbook in sandbox worlds.
import { provision } from '../../../jobs/provision/runbook.ts';
import type { ProvisionEnv } from '../../../jobs/provision/env.ts';
import { startLawWorld } from '../support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

describeRunbookLaws<ProvisionEnv>('provision', {
  // A gateway may be locked, and the model answer, before they are looked at; a project in order needs nothing done.
  mayBeDone: ['check-project', 'verify-locked', 'verify-inference'],
  runMs: 120_000,
  timings: { lockMs: 10_000, stalledIntervalMs: 5_000 },
  make: async () => {
    const { env, snapshot, writes, close } = await startLawWorld(6_000);
    return {
      runbook: provision,
      env: () => Promise.resolve(env()),
      target: 'default',
      input: {},
      snapshot: () => Promise.resolve(snapshot()),
      writes: () => Promise.resolve(writes()),
      close,
    };
  },
});
