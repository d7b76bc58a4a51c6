// What every namespace has: a default service account and the cluster's certificate.
import { kinds } from './kinds.ts';
import type { Controller } from './loop.ts';

export const namespaces: Controller = {
  name: 'namespaces',
  watches: [kinds.namespace, kinds.serviceAccount, kinds.configMap],
  reconcile: (pass) => {
    for (const { metadata } of pass.list(kinds.namespace)) {
      if (metadata.deletionTimestamp !== undefined) continue;
      const namespace = metadata.name;
      if (pass.get(kinds.serviceAccount, namespace, 'default') === undefined) {
        pass.store.create({
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default', namespace },
        });
      }
      if (pass.get(kinds.configMap, namespace, 'kube-root-ca.crt') === undefined) {
        pass.store.create({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'kube-root-ca.crt', namespace },
          data: { 'ca.crt': Buffer.from(pass.cluster.caCertificate, 'base64').toString() },
        });
      }
    }
  },
};
