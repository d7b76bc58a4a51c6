// Law (v) of provision: its worker is killed with -9 after journal writes, again and again.
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
