// The runbook laws, held by the real teardown of a whole gateway in sandbox worlds.
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { teardown } from '../../../jobs/teardown/runbook.ts';
import { lawTimings, runbookInWorld } from '../../jobs/support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

/** What stands until its own step takes it away. */
const alwaysThere: ReadonlySet<string> = new Set([
  'undo-create-cluster',
  'undo-install-apigee-operator',
  'undo-attach-traffic-extension',
  'undo-create-gateway',
  'undo-deploy-model-server',
  'undo-prepare-apigee-identity',
]);

describeRunbookLaws<ProvisionEnv>('teardown', {
  laws: ['i', 'ii', 'iii', 'iv', 'vi', 'vii'],
  // Many things go with the one that they belong to, and some a gateway never has.
  mayBeDone: teardown.steps.map(({ id }) => id).filter((id) => !alwaysThere.has(id)),
  runMs: 120_000,
  timings: lawTimings,
  teardown,
  make: () => runbookInWorld({ runbook: teardown, isProvisioned: true }),
});
