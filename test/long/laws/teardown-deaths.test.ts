// Law (v) of teardown: repeated kills (-9) of its worker after journal writes.
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { teardown } from '../../../jobs/teardown/runbook.ts';
import { lawStride, lawTimings, runbookInWorld } from '../../jobs/support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

describeRunbookLaws<ProvisionEnv>('teardown', {
  laws: ['v'],
  runMs: 120_000,
  timings: lawTimings,
  stride: lawStride(),
  make: () => runbookInWorld({ runbook: teardown, isProvisioned: true }),
});
