// The runbook laws that need but a world, held by the real provisioning runbook; those that take longer are in the long run.
import { provision } from '../../../jobs/provision/runbook.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { lawTimings, runbookInWorld } from '../support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

describeRunbookLaws<ProvisionEnv>('provision', {
  // A gateway may be locked, and the model answer, before they are looked at; a project in order needs nothing done.
  mayBeDone: ['check-project', 'verify-locked', 'verify-inference'],
  runMs: 120_000,
  timings: lawTimings,
  make: () => runbookInWorld({ runbook: provision }),
});
