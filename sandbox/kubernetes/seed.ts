// What a new cluster holds before its controllers begin: namespaces, its own Service, roles, and with the Gateway API the definitions.
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
  if (!spec.gatewayApi) return;
  for (const definition of gatewayDefinitions()) {
    store.create({ ...definition, status: establishedStatus(definition, now) });
  }
}
