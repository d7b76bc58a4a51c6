// Runbook laws for provisioning; the slower laws are in the long suite.
import { provision } from '../../../jobs/provision/runbook.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { lawTimings, runbookInWorld } from '../support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

describeRunbookLaws<ProvisionEnv>('provision', {
  // These steps may be done before their first check; a valid project needs no change.
  mayBeDone: ['check-project', 'verify-locked', 'verify-inference'],
  runMs: 120_000,
  timings: lawTimings,
  make: () => runbookInWorld({ runbook: provision }),
});
