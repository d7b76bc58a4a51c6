// Dependencies of the controllers on other services.
import type { ApigeeState } from '../apigee/state.ts';
import type { Compute } from '../google/compute/compute.ts';
import type { Identity } from '../google/identity.ts';
import type { Kubernetes } from '../kubernetes/cluster.ts';

export interface ControllerDeps {
  readonly kubernetes: Kubernetes;
  readonly identity: Pick<
    Identity,
    'hasProjectRole' | 'mayActAs' | 'serviceAccountExists' | 'isServiceEnabled'
  >;
  /** The state of the management API. */
  readonly apigee: ApigeeState;
  readonly compute: Pick<
    Compute,
    'hasProxyOnlySubnet' | 'hasSubnetwork' | 'addForwardingRule' | 'removeForwardingRule'
  >;
}
