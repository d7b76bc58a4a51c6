// The GatewayClasses that GKE installs with the Gateway API, and their requirements.
import { setCondition, type Condition } from './conditions.ts';
import { controllerName } from './gateway-views.ts';
import { kinds } from './kinds.ts';
import type { Controller } from './loop.ts';

/** Class -> whether it needs a proxy-only subnet, as Envoy-based regional load balancers do. */
const classes: Readonly<Record<string, boolean>> = {
  'gke-l7-global-external-managed': false,
  'gke-l7-gxlb': false,
  'gke-l7-regional-external-managed': true,
  'gke-l7-rilb': true,
};

export const isGkeClass = (name: string): boolean => Object.hasOwn(classes, name);
export const needsProxySubnet = (name: string): boolean => classes[name] === true;

export const gatewayClasses: Controller = {
  name: 'gatewayclasses',
  watches: [kinds.gatewayClass],
  reconcile: (pass) => {
    const { group, kind, apiVersion } = kinds.gatewayClass;
    if (!pass.store.serves(group, kind)) return pass.again(5_000);
    for (const name of Object.keys(classes)) {
      if (pass.get(kinds.gatewayClass, undefined, name) === undefined) {
        pass.store.create({ apiVersion, kind, metadata: { name }, spec: { controllerName } });
      }
      pass.store.updateStatus({ group, kind, name }, (object) => {
        const conditions: Condition[] = [];
        setCondition(conditions, {
          type: 'Accepted',
          status: 'True',
          reason: 'Accepted',
          message: '',
        });
        object['status'] = object['status'] ?? { conditions };
        const { conditions: old } = object['status'] as { conditions?: Condition[] };
        if (!(old ?? []).some((one) => one.status === 'True')) object['status'] = { conditions };
      });
    }
    return undefined;
  },
};
