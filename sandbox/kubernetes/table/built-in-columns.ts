// kubectl's printer columns of the built-in kinds.
import type { KubeObject } from '../cluster.ts';
import { listOr, objectOr, stringOr } from '../json.ts';
import type { PrinterColumn } from '../resources.ts';
import { age, since } from './age.ts';
import { jsonPath } from './json-path.ts';

type Cell = PrinterColumn['cell'];

const column = (name: string, cell: Cell, priority = 0, type = 'string'): PrinterColumn => ({
  name,
  type,
  priority,
  cell,
});
const wide = (name: string, cell: Cell): PrinterColumn => column(name, cell, 1);
const path =
  (text: string, otherwise: unknown = '<none>'): Cell =>
  (object) =>
    jsonPath(object, text)[0] ?? otherwise;
const ageColumn = column('Age', age);
const count =
  (field: string): Cell =>
  (object) =>
    Object.keys(objectOr(object[field])).length;
const joined = (values: unknown[]): string => (values.length === 0 ? '<none>' : values.join(','));
const containers =
  (at: string, field: string): Cell =>
  (object) =>
    joined(jsonPath(object, `${at}.containers[*].${field}`));
const template = '.spec.template.spec';
const selector: Cell = (object) => {
  const spec = objectOr(object['spec']);
  const labels = objectOr(objectOr(spec['selector'])['matchLabels'] ?? spec['selector']);
  return joined(Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`));
};
const ratio =
  (ready: string, wanted: string): Cell =>
  (object) =>
    `${String(path(ready, 0)(object, 0))}/${String(path(wanted, 0)(object, 0))}`;

const podReady: Cell = (object) => {
  const statuses = listOr(objectOr(object['status'])['containerStatuses']).map(objectOr);
  const ready = statuses.filter((status) => status['ready'] === true).length;
  return `${ready}/${listOr(objectOr(object['spec'])['containers']).length}`;
};
const podStatus: Cell = (object) => {
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const waiting = jsonPath(object, '.status.containerStatuses[*].state.waiting.reason')[0];
  return waiting ?? path('.status.phase', 'Unknown')(object, 0);
};
const restarts: Cell = (object) =>
  jsonPath(object, '.status.containerStatuses[*].restartCount').reduce<number>(
    (sum, one) => sum + Number(one),
    0,
  );
const externalAddress: Cell = (object) => {
  const addresses = jsonPath(object, '.status.loadBalancer.ingress[*].ip');
  if (addresses.length > 0) return joined(addresses);
  return path('.spec.type')(object, 0) === 'LoadBalancer' ? '<pending>' : '<none>';
};
const servicePorts: Cell = (object) =>
  joined(
    listOr(objectOr(object['spec'])['ports'])
      .map(objectOr)
      .map((port) => `${String(port['port'])}/${stringOr(port['protocol'], 'TCP')}`),
  );
const nodeStatus: Cell = (object) =>
  [
    jsonPath(object, '.status.conditions[?(@.type=="Ready")].status')[0] === 'True'
      ? 'Ready'
      : 'NotReady',
    ...(objectOr(object['spec'])['unschedulable'] === true ? ['SchedulingDisabled'] : []),
  ].join(',');
const subjects: Cell = (object) =>
  joined(listOr(object['subjects']).map((one) => stringOr(objectOr(one)['name'])));
const role: Cell = (object) => {
  const ref = objectOr(object['roleRef']);
  return `${stringOr(ref['kind'])}/${stringOr(ref['name'])}`;
};
const eventObject: Cell = (object) => {
  const involved = objectOr(object['involvedObject'] ?? object['regarding']);
  return `${stringOr(involved['kind']).toLowerCase()}/${stringOr(involved['name'])}`;
};
const lastSeen = (object: KubeObject, now: number): string =>
  since(object['lastTimestamp'] ?? object['eventTime'] ?? object.metadata.creationTimestamp, now);
const replicas = (ready: string): PrinterColumn[] => [
  column('Ready', ratio(ready, '.spec.replicas')),
];
const podTemplate = [
  wide('Containers', containers(template, 'name')),
  wide('Images', containers(template, 'image')),
];
const integer = (name: string, text: string): PrinterColumn =>
  column(name, path(text, 0), 0, 'integer');
const event = [
  column('Last Seen', lastSeen),
  column('Type', path('.type')),
  column('Reason', path('.reason')),
  column('Object', eventObject),
  column('Message', (object) => object['message'] ?? object['note'] ?? ''),
];
const data = [column('Data', count('data'), 0, 'integer'), ageColumn];
const bindings = [column('Role', role), ageColumn, wide('Subjects', subjects)];

export const builtInColumns: Readonly<Record<string, readonly PrinterColumn[]>> = {
  Namespace: [column('Status', path('.status.phase')), ageColumn],
  Node: [
    column('Status', nodeStatus),
    column('Roles', path('.metadata.labels.role')),
    ageColumn,
    column('Version', path('.status.nodeInfo.kubeletVersion')),
    wide('Internal-IP', path('.status.addresses[?(@.type=="InternalIP")].address')),
    wide('External-IP', path('.status.addresses[?(@.type=="ExternalIP")].address')),
    wide('OS-Image', path('.status.nodeInfo.osImage')),
    wide('Kernel-Version', path('.status.nodeInfo.kernelVersion')),
    wide('Container-Runtime', path('.status.nodeInfo.containerRuntimeVersion')),
  ],
  Pod: [
    column('Ready', podReady),
    column('Status', podStatus),
    column('Restarts', restarts),
    ageColumn,
    wide('IP', path('.status.podIP')),
    wide('Node', path('.spec.nodeName')),
    wide('Nominated Node', path('.status.nominatedNodeName')),
    wide('Readiness Gates', () => '<none>'),
  ],
  Service: [
    column('Type', path('.spec.type')),
    column('Cluster-IP', path('.spec.clusterIP')),
    column('External-IP', externalAddress),
    column('Port(s)', servicePorts),
    ageColumn,
    wide('Selector', selector),
  ],
  Endpoints: [
    column('Endpoints', (object) => joined(jsonPath(object, '.subsets[*].addresses[*].ip'))),
    ageColumn,
  ],
  EndpointSlice: [
    column('AddressType', path('.addressType')),
    column('Ports', (object) => joined(jsonPath(object, '.ports[*].port'))),
    column('Endpoints', (object) => joined(jsonPath(object, '.endpoints[*].addresses[*]'))),
    ageColumn,
  ],
  ConfigMap: data,
  Secret: [column('Type', path('.type')), ...data],
  ServiceAccount: [ageColumn],
  Event: event,
  Deployment: [
    ...replicas('.status.readyReplicas'),
    integer('Up-to-date', '.status.updatedReplicas'),
    integer('Available', '.status.availableReplicas'),
    ageColumn,
    ...podTemplate,
    wide('Selector', selector),
  ],
  ReplicaSet: [
    integer('Desired', '.spec.replicas'),
    integer('Current', '.status.replicas'),
    integer('Ready', '.status.readyReplicas'),
    ageColumn,
    ...podTemplate,
    wide('Selector', selector),
  ],
  StatefulSet: [...replicas('.status.readyReplicas'), ageColumn, ...podTemplate],
  DaemonSet: [
    integer('Desired', '.status.desiredNumberScheduled'),
    integer('Current', '.status.currentNumberScheduled'),
    integer('Ready', '.status.numberReady'),
    ageColumn,
    ...podTemplate,
  ],
  Job: [column('Completions', ratio('.status.succeeded', '.spec.completions')), ageColumn],
  Role: [column('Created At', path('.metadata.creationTimestamp'))],
  ClusterRole: [column('Created At', path('.metadata.creationTimestamp'))],
  RoleBinding: bindings,
  ClusterRoleBinding: bindings,
  Lease: [column('Holder', path('.spec.holderIdentity')), ageColumn],
  CustomResourceDefinition: [column('Created At', path('.metadata.creationTimestamp'))],
  PersistentVolume: [
    column('Capacity', path('.spec.capacity.storage')),
    column('Status', path('.status.phase')),
    ageColumn,
  ],
  PersistentVolumeClaim: [
    column('Status', path('.status.phase')),
    column('Volume', path('.spec.volumeName', '')),
    ageColumn,
  ],
};
