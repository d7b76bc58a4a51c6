// Config maps and secrets that a pod needs as volumes or variables.
import type { KubeObject } from '../kubernetes/cluster.ts';
import { kinds } from './kinds.ts';
import type { Pass } from './loop.ts';
import type { Container, PodSpec } from './workload.ts';

/** The kubelet's message for the first volume with a missing source. */
export function missingMount(pass: Pass, pod: KubeObject, spec: PodSpec): string | undefined {
  const namespace = pod.metadata.namespace ?? 'default';
  for (const volume of spec.volumes) {
    const { configMap, secret } = volume;
    const lacks = (kind: 'configmap' | 'secret', name: string): string =>
      `MountVolume.SetUp failed for volume "${volume.name}" : ${kind} "${name}" not found`;
    if (configMap !== undefined && !configMap.optional) {
      if (pass.get(kinds.configMap, namespace, configMap.name) === undefined) {
        return lacks('configmap', configMap.name);
      }
    }
    if (secret !== undefined && !secret.optional) {
      if (pass.get(kinds.secret, namespace, secret.secretName) === undefined) {
        return lacks('secret', secret.secretName);
      }
    }
  }
  return undefined;
}

/** The kubelet's message for the first variable with a missing source. */
export function missingVariable(
  pass: Pass,
  namespace: string,
  container: Container,
): string | undefined {
  for (const { valueFrom } of container.env) {
    for (const [word, kind, ref] of [
      ['secret', kinds.secret, valueFrom?.secretKeyRef],
      ['configmap', kinds.configMap, valueFrom?.configMapKeyRef],
    ] as const) {
      if (ref === undefined || ref.optional) continue;
      const source = pass.get(kind, namespace, ref.name);
      if (source === undefined) return `${word} "${ref.name}" not found`;
      const keys = Object.keys(source['data'] ?? {});
      if (!keys.includes(ref.key)) {
        return `couldn't find key ${ref.key} in ${word === 'secret' ? 'Secret' : 'ConfigMap'} ${namespace}/${ref.name}`;
      }
    }
  }
  return undefined;
}
