// Law (iv) of provisioning: wherever it fails, a teardown afterwards leaves nothing that costs money or bears our mark.
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
