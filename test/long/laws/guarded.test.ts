// Runbook laws of provisioning in the protect-first order, which never leaves the gateway open.
import { provision } from '../../../jobs/provision/runbook.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { lawTimings, runbookInWorld } from '../../jobs/support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

describeRunbookLaws<ProvisionEnv>('guarded provision', {
  laws: ['i', 'ii', 'iii', 'vi', 'vii'],
  mayBeDone: ['check-project', 'verify-locked', 'verify-inference'],
  runMs: 120_000,
  timings: lawTimings,
  make: () => runbookInWorld({ runbook: provision, input: { guarded: true } }),
});
