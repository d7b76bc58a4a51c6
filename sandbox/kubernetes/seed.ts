// Initial objects of a new cluster: namespaces, Service, roles, and definitions.
import { seedRoles } from './authorization/bootstrap-roles.ts';
import type { ClusterSpec, ObjectStore } from './cluster.ts';
import { establishedStatus } from './controllers/custom-resource-definitions.ts';
import { gatewayDefinitions } from './schemas/definitions.ts';

export function seedCluster(store: ObjectStore, spec: ClusterSpec, now: number): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  store.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default' },
    spec: { ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }] },
  });
  seedRoles(store);
  if (spec.gatewayApi && spec.addonsAfterMs === undefined) installAddons(store, now);
}

/** Like GKE's addon manager, this also reverts changes by others. */
export function installAddons(store: ObjectStore, now: number): void {
  for (const definition of gatewayDefinitions()) {
    const { name } = definition.metadata;
    const found = store.get({ group: 'apiextensions.k8s.io', kind: definition.kind, name });
    if (found === undefined) {
      store.create({
        ...definition,
        metadata: { ...definition.metadata, labels: addonLabels },
        status: establishedStatus(definition, now),
      });
    } else {
      // An existing definition is taken over; fields that the addon manager does not set stay.
      store.update({ group: 'apiextensions.k8s.io', kind: definition.kind, name }, (object) => {
        object['spec'] = structuredClone(definition['spec']);
        object.metadata.labels = { ...object.metadata.labels, ...addonLabels };
      });
    }
  }
}

const addonLabels = { 'addonmanager.kubernetes.io/mode': 'Reconcile' };
