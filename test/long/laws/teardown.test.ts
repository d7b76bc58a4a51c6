// Runbook laws of the real teardown of a complete gateway in sandbox worlds.
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { teardown } from '../../../jobs/teardown/runbook.ts';
import { lawTimings, runbookInWorld } from '../../jobs/support/law-world.ts';
import { describeRunbookLaws } from '../../support/runbook-laws.ts';

/** Steps whose resource exists until the step itself deletes it. */
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
  // Many resources are deleted with their owner, and a gateway never has some others.
  mayBeDone: teardown.steps.map(({ id }) => id).filter((id) => !alwaysThere.has(id)),
  runMs: 120_000,
  timings: lawTimings,
  teardown,
  make: () => runbookInWorld({ runbook: teardown, isProvisioned: true }),
});
