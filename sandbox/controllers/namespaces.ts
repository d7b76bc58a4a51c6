// The cluster's certificate in every namespace; default service accounts are the API server's.
import { kinds } from './kinds.ts';
import type { Controller } from './loop.ts';

export const namespaces: Controller = {
  name: 'namespaces',
  watches: [kinds.namespace, kinds.configMap],
  reconcile: (pass) => {
    for (const { metadata } of pass.list(kinds.namespace)) {
      if (metadata.deletionTimestamp !== undefined) continue;
      const namespace = metadata.name;
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
