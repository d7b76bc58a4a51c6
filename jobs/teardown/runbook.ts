// Teardown runbook: removals in reverse order, then a final check.
import { orderedAs, type Runbook, type Step } from '../../src/engine/step.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { provision } from '../provision/runbook.ts';
import { proveNothingLeft } from './prove-nothing-left.ts';
import { removeApps } from './remove-apps.ts';
import { reversed, undoId } from './reverse.ts';

/** Apigee deletes no product that apps use. */
const afterApps = undoId('create-api-product');

const removals = reversed(orderedAs('teardown', provision.steps)).map((step): Step<ProvisionEnv> =>
  step.id === afterApps ? { ...step, needs: [...step.needs, removeApps.id] } : step,
);

export const teardown: Runbook<ProvisionEnv> = {
  name: 'teardown',
  title: 'Tear down gateway',
  steps: [removeApps, ...removals, proveNothingLeft([removeApps, ...removals])],
};
