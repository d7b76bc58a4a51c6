// Law (iv) of provisioning: a teardown after any failure leaves nothing billable or labelled.
import { provision } from '../../../jobs/provision/runbook.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { teardown } from '../../../jobs/teardown/runbook.ts';
import { lawTimings, runbookInWorld } from '../../jobs/support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

describeRunbookLaws<ProvisionEnv>('provision', {
  laws: ['iv'],
  runMs: 120_000,
  timings: lawTimings,
  teardown,
  make: () => runbookInWorld({ runbook: provision }),
});
