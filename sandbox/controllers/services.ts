// Service controller: a cluster address, and an EndpointSlice of the selected pods.
import type { KubeObject } from '../kubernetes/cluster.ts';
import { hash, isTrue, refOf, statusOf } from './conditions.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';
import { matches, ownerReference } from './workload.ts';

interface ServiceSpec {
  selector?: Record<string, string>;
  clusterIP?: string;
  type?: string;
  ports?: { name?: string; port: number; protocol?: string; targetPort?: number | string }[];
}

export const services: Controller = {
  name: 'services',
  watches: [kinds.service, kinds.pod],
  reconcile: (pass) => {
    for (const service of pass.list(kinds.service)) {
      if (service.metadata.deletionTimestamp !== undefined) continue;
      giveAddress(pass, service);
      writeSlice(pass, service);
    }
  },
};

/** The pods of a service: those that its selector matches. */
export function podsBehind(pass: Pick<Pass, 'list'>, service: KubeObject): KubeObject[] {
  const { selector } = (service['spec'] ?? {}) as ServiceSpec;
  if (selector === undefined || Object.keys(selector).length === 0) return [];
  return pass.list(kinds.pod, service.metadata.namespace).filter((pod) => matches(selector, pod));
}

export const isPodReady = (pod: KubeObject): boolean =>
  pod.metadata.deletionTimestamp === undefined && isTrue(pod['status'], 'Ready');

function giveAddress(pass: Pass, service: KubeObject): void {
  const spec = (service['spec'] ?? {}) as ServiceSpec;
  if (spec.clusterIP !== undefined || spec.type === 'ExternalName') return;
  const bits = Number.parseInt(service.metadata.uid.replaceAll('-', '').slice(0, 6), 16);
  const clusterIP = `34.118.${224 + ((bits >> 8) % 16)}.${1 + (bits % 250)}`;
  pass.store.update(refOf(service), (object) => {
    object['spec'] = { ...(object['spec'] as object), clusterIP, clusterIPs: [clusterIP] };
  });
}

function writeSlice(pass: Pass, service: KubeObject): void {
  const spec = (service['spec'] ?? {}) as ServiceSpec;
  const { group, kind, apiVersion } = kinds.endpointSlice;
  if (!pass.store.serves(group, kind) || spec.selector === undefined) return;
  const { name: serviceName, namespace = 'default', uid } = service.metadata;
  const name = `${serviceName}-${hash(uid, 5)}`;
  const endpoints = podsBehind(pass, service).flatMap((pod) => {
    const { podIP } = statusOf(pod);
    if (typeof podIP !== 'string') return [];
    const ready = isPodReady(pod);
    return [
      {
        addresses: [podIP],
        conditions: { ready, serving: ready, terminating: false },
        targetRef: { kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
      },
    ];
  });
  const ports = (spec.ports ?? []).map((one) => ({
    name: one.name ?? '',
    port: typeof one.targetPort === 'number' ? one.targetPort : one.port,
    protocol: one.protocol ?? 'TCP',
  }));
  if (pass.get(kinds.endpointSlice, namespace, name) === undefined) {
    const labels = { 'kubernetes.io/service-name': serviceName };
    const metadata = { name, namespace, labels, ownerReferences: [ownerReference(service)] };
    pass.store.create({ apiVersion, kind, metadata, addressType: 'IPv4', endpoints, ports });
    return;
  }
  pass.store.update({ group, kind, namespace, name }, (object) => {
    object['endpoints'] = endpoints;
    object['ports'] = ports;
  });
}
