// Computed values of the built-in kinds: addresses, phases, names, merged secrets.
import type { KubeObject } from '../cluster.ts';
import { isObject, type JsonObject, listOr, objectOr, stringOr } from '../json.ts';
import type { Objects } from '../objects.ts';
import { badRequest } from '../status-error.ts';

type Fill = (object: KubeObject, objects: Objects, before: KubeObject | undefined) => void;

const namespace: Fill = (object, _objects, before) => {
  object.metadata.labels = {
    ...object.metadata.labels,
    'kubernetes.io/metadata.name': object.metadata.name,
  };
  if (before === undefined) object['spec'] = { finalizers: ['kubernetes'] };
  else
    object['spec'] =
      objectOr(object['spec'])['finalizers'] === undefined ? before['spec'] : object['spec'];
  object['status'] ??= { phase: 'Active' };
};

const secret: Fill = (object) => {
  const data: JsonObject = { ...objectOr(object['data']) };
  for (const [key, value] of Object.entries(data)) {
    if (typeof value !== 'string' || !isBase64(value)) {
      throw badRequest(
        `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte ${firstIllegal(String(value))} (data.${key})`,
      );
    }
  }
  for (const [key, value] of Object.entries(objectOr(object['stringData']))) {
    data[key] = Buffer.from(String(value)).toString('base64');
  }
  delete object['stringData'];
  if (Object.keys(data).length > 0) object['data'] = data;
};

const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const firstIllegal = (text: string): number => {
  const at = text.search(/[^A-Za-z0-9+/]/);
  return at < 0 ? text.length : at;
};

const service: Fill = (object, objects, before) => {
  const spec = objectOr(object['spec']);
  object['spec'] = spec;
  for (const port of listOr(spec['ports'])) {
    if (isObject(port)) port['targetPort'] ??= port['port'];
  }
  if (spec['type'] === 'ExternalName') return;
  const old = objectOr(before?.['spec']);
  spec['clusterIP'] ??= old['clusterIP'] ?? freeServiceAddress(objects);
  spec['clusterIPs'] ??= old['clusterIPs'] ?? [spec['clusterIP']];
  object['status'] ??= { loadBalancer: {} };
};

/** GKE's default range of Services. */
function freeServiceAddress(objects: Objects): string {
  const used = new Set(objects.list('Service').map((one) => objectOr(one['spec'])['clusterIP']));
  for (let at = 1; ; at += 1) {
    const address = `34.118.${224 + Math.floor(at / 256)}.${at % 256}`;
    if (!used.has(address)) return address;
  }
}

const podTemplate = (spec: unknown): void => {
  const pod = objectOr(spec);
  if (pod['serviceAccountName'] !== undefined) pod['serviceAccount'] ??= pod['serviceAccountName'];
  for (const container of [...listOr(pod['containers']), ...listOr(pod['initContainers'])]) {
    if (!isObject(container)) continue;
    const image = stringOr(container['image']);
    const tag = /[:@]([^/]*)$/.exec(image)?.[1] ?? 'latest';
    container['imagePullPolicy'] ??= tag === 'latest' ? 'Always' : 'IfNotPresent';
  }
};

function rollingStrategy(strategy: JsonObject): void {
  strategy['type'] ??= 'RollingUpdate';
  if (strategy['type'] !== 'RollingUpdate') return;
  const rolling = objectOr(strategy['rollingUpdate']);
  strategy['rollingUpdate'] = { maxSurge: '25%', maxUnavailable: '25%', ...rolling };
}

const workload: Fill = (object, _objects, before) => {
  podTemplate(objectOr(objectOr(object['spec'])['template'])['spec']);
  if (object.kind !== 'Deployment') return;
  rollingStrategy(objectOr(objectOr(object['spec'])['strategy']));
  if (before === undefined) object['status'] ??= {};
};

const pod: Fill = (object) => {
  podTemplate(object['spec']);
  object['status'] ??= { phase: 'Pending', qosClass: 'BestEffort' };
};

const serviceAccountOf: Fill = (object) => {
  for (const subject of listOr(object['subjects'])) {
    if (isObject(subject) && (subject['kind'] === 'User' || subject['kind'] === 'Group')) {
      subject['apiGroup'] ??= 'rbac.authorization.k8s.io';
    }
  }
};

const definition: Fill = (object) => {
  const spec = objectOr(object['spec']);
  const names = objectOr(spec['names']);
  const kind = stringOr(names['kind']);
  names['singular'] ??= kind.toLowerCase();
  names['listKind'] ??= `${kind}List`;
  spec['conversion'] ??= { strategy: 'None' };
};

const fills: Readonly<Record<string, Fill>> = {
  Namespace: namespace,
  Secret: secret,
  Service: service,
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  Job: workload,
  Pod: pod,
  RoleBinding: serviceAccountOf,
  ClusterRoleBinding: serviceAccountOf,
  CustomResourceDefinition: definition,
};

/** Fills in place; `before` is undefined for a new object. */
export function fillBuiltIn(
  object: KubeObject,
  objects: Objects,
  before: KubeObject | undefined,
): void {
  fills[object.kind]?.(object, objects, before);
}
