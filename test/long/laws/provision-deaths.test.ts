// Law (v) of provision: repeated kills (-9) of its worker after journal writes.
import { provision } from '../../../jobs/provision/runbook.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { lawStride, lawTimings, runbookInWorld } from '../../jobs/support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

describeRunbookLaws<ProvisionEnv>('provision', {
  laws: ['v'],
  runMs: 120_000,
  timings: lawTimings,
  stride: lawStride(),
  make: () => runbookInWorld({ runbook: provision }),
});
