// HealthCheckPolicy and GCPBackendPolicy controllers: attachment to an existing target.
import type { KubeObject } from '../kubernetes/cluster.ts';
import { conditionsFrom, refOf, statusOf } from './conditions.ts';
import { readTarget } from './gateway-views.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';

const attachMs = 10_000;

export const policies: Controller = {
  name: 'policies',
  watches: [kinds.healthCheckPolicy, kinds.backendPolicy, kinds.inferencePool, kinds.service],
  reconcile: (pass) => {
    for (const kind of [kinds.healthCheckPolicy, kinds.backendPolicy]) {
      for (const policy of pass.list(kind)) attach(pass, policy);
    }
  },
};

function attach(pass: Pass, policy: KubeObject): void {
  if (!pass.passed(`${policy.metadata.uid}/attach`, attachMs)) return;
  const target = readTarget(policy);
  const isThere =
    pass.store.serves(target.group, target.kind) &&
    pass.store.get({
      group: target.group,
      kind: target.kind,
      namespace: policy.metadata.namespace,
      name: target.name,
    }) !== undefined;
  pass.store.updateStatus(refOf(policy), (object) => {
    const observedGeneration = object.metadata.generation ?? 1;
    object['status'] = {
      conditions: conditionsFrom(statusOf(object)['conditions'], [
        isThere
          ? {
              type: 'Attached',
              status: 'True',
              reason: 'Attached',
              message: '',
              observedGeneration,
            }
          : {
              type: 'Attached',
              status: 'False',
              reason: 'TargetNotFound',
              message: `${target.kind} "${target.name}" not found`,
              observedGeneration,
            },
      ]),
    };
  });
}
