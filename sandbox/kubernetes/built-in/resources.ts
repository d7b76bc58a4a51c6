// Built-in resources of a sandbox cluster: names, scope and subresources.
import type { Resource, ScalePaths } from '../resources.ts';
import { builtInSchema } from '../schema/built-in-schema.ts';
import { builtInColumns } from '../table/built-in-columns.ts';

interface Row {
  readonly kind: string;
  readonly plural: string;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly cluster?: true;
  readonly status?: true;
  readonly scale?: true;
  /** Overrides whether generations are counted; by default, a kind with a status counts them. */
  readonly generation?: boolean;
  /** The vendor's model class. */
  readonly model: string;
}

const all = ['all'];

const core: readonly Row[] = [
  {
    kind: 'Namespace',
    plural: 'namespaces',
    short: ['ns'],
    cluster: true,
    status: true,
    generation: false,
    model: 'V1Namespace',
  },
  {
    kind: 'Node',
    plural: 'nodes',
    short: ['no'],
    cluster: true,
    status: true,
    generation: false,
    model: 'V1Node',
  },
  { kind: 'Pod', plural: 'pods', short: ['po'], categories: all, status: true, model: 'V1Pod' },
  {
    kind: 'Service',
    plural: 'services',
    short: ['svc'],
    categories: all,
    status: true,
    generation: false,
    model: 'V1Service',
  },
  { kind: 'Endpoints', plural: 'endpoints', short: ['ep'], model: 'V1Endpoints' },
  { kind: 'ConfigMap', plural: 'configmaps', short: ['cm'], model: 'V1ConfigMap' },
  { kind: 'Secret', plural: 'secrets', model: 'V1Secret' },
  { kind: 'ServiceAccount', plural: 'serviceaccounts', short: ['sa'], model: 'V1ServiceAccount' },
  { kind: 'Event', plural: 'events', short: ['ev'], model: 'CoreV1Event' },
  {
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    short: ['pv'],
    cluster: true,
    status: true,
    generation: false,
    model: 'V1PersistentVolume',
  },
  {
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    short: ['pvc'],
    status: true,
    generation: false,
    model: 'V1PersistentVolumeClaim',
  },
  {
    kind: 'ReplicationController',
    plural: 'replicationcontrollers',
    short: ['rc'],
    categories: all,
    status: true,
    scale: true,
    model: 'V1ReplicationController',
  },
  { kind: 'LimitRange', plural: 'limitranges', short: ['limits'], model: 'V1LimitRange' },
  {
    kind: 'ResourceQuota',
    plural: 'resourcequotas',
    short: ['quota'],
    status: true,
    generation: false,
    model: 'V1ResourceQuota',
  },
];

const grouped: Readonly<Record<string, readonly Row[]>> = {
  'apps/v1': [
    {
      kind: 'Deployment',
      plural: 'deployments',
      short: ['deploy'],
      categories: all,
      status: true,
      scale: true,
      model: 'V1Deployment',
    },
    {
      kind: 'ReplicaSet',
      plural: 'replicasets',
      short: ['rs'],
      categories: all,
      status: true,
      scale: true,
      model: 'V1ReplicaSet',
    },
    {
      kind: 'StatefulSet',
      plural: 'statefulsets',
      short: ['sts'],
      categories: all,
      status: true,
      scale: true,
      model: 'V1StatefulSet',
    },
    {
      kind: 'DaemonSet',
      plural: 'daemonsets',
      short: ['ds'],
      categories: all,
      status: true,
      model: 'V1DaemonSet',
    },
    { kind: 'ControllerRevision', plural: 'controllerrevisions', model: 'V1ControllerRevision' },
  ],
  'batch/v1': [
    { kind: 'Job', plural: 'jobs', categories: all, status: true, model: 'V1Job' },
    {
      kind: 'CronJob',
      plural: 'cronjobs',
      short: ['cj'],
      categories: all,
      status: true,
      model: 'V1CronJob',
    },
  ],
  'autoscaling/v2': [
    {
      kind: 'HorizontalPodAutoscaler',
      plural: 'horizontalpodautoscalers',
      short: ['hpa'],
      categories: all,
      status: true,
      generation: false,
      model: 'V2HorizontalPodAutoscaler',
    },
  ],
  'policy/v1': [
    {
      kind: 'PodDisruptionBudget',
      plural: 'poddisruptionbudgets',
      short: ['pdb'],
      status: true,
      model: 'V1PodDisruptionBudget',
    },
  ],
  'rbac.authorization.k8s.io/v1': [
    { kind: 'Role', plural: 'roles', model: 'V1Role' },
    { kind: 'RoleBinding', plural: 'rolebindings', model: 'V1RoleBinding' },
    { kind: 'ClusterRole', plural: 'clusterroles', cluster: true, model: 'V1ClusterRole' },
    {
      kind: 'ClusterRoleBinding',
      plural: 'clusterrolebindings',
      cluster: true,
      model: 'V1ClusterRoleBinding',
    },
  ],
  'coordination.k8s.io/v1': [{ kind: 'Lease', plural: 'leases', model: 'V1Lease' }],
  'discovery.k8s.io/v1': [
    { kind: 'EndpointSlice', plural: 'endpointslices', generation: true, model: 'V1EndpointSlice' },
  ],
  'events.k8s.io/v1': [{ kind: 'Event', plural: 'events', short: ['ev'], model: 'EventsV1Event' }],
  'networking.k8s.io/v1': [
    { kind: 'Ingress', plural: 'ingresses', short: ['ing'], status: true, model: 'V1Ingress' },
    {
      kind: 'IngressClass',
      plural: 'ingressclasses',
      cluster: true,
      generation: true,
      model: 'V1IngressClass',
    },
    {
      kind: 'NetworkPolicy',
      plural: 'networkpolicies',
      short: ['netpol'],
      generation: true,
      model: 'V1NetworkPolicy',
    },
  ],
  'storage.k8s.io/v1': [
    {
      kind: 'StorageClass',
      plural: 'storageclasses',
      short: ['sc'],
      cluster: true,
      model: 'V1StorageClass',
    },
  ],
  'scheduling.k8s.io/v1': [
    {
      kind: 'PriorityClass',
      plural: 'priorityclasses',
      short: ['pc'],
      cluster: true,
      generation: true,
      model: 'V1PriorityClass',
    },
  ],
  'admissionregistration.k8s.io/v1': [
    {
      kind: 'MutatingWebhookConfiguration',
      plural: 'mutatingwebhookconfigurations',
      categories: ['api-extensions'],
      cluster: true,
      generation: true,
      model: 'V1MutatingWebhookConfiguration',
    },
    {
      kind: 'ValidatingWebhookConfiguration',
      plural: 'validatingwebhookconfigurations',
      categories: ['api-extensions'],
      cluster: true,
      generation: true,
      model: 'V1ValidatingWebhookConfiguration',
    },
  ],
  'apiextensions.k8s.io/v1': [
    {
      kind: 'CustomResourceDefinition',
      plural: 'customresourcedefinitions',
      short: ['crd', 'crds'],
      categories: ['api-extensions'],
      cluster: true,
      status: true,
      model: 'V1CustomResourceDefinition',
    },
  ],
};

const scalePaths: ScalePaths = {
  spec: '.spec.replicas',
  status: '.status.replicas',
  selector: '.status.selector',
};

function toResource(group: string, version: string, row: Row): Resource {
  return {
    group,
    version,
    kind: row.kind,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    namespaced: row.cluster !== true,
    status: row.status === true,
    scale: row.scale === true ? scalePaths : undefined,
    generation: row.generation ?? row.status === true,
    schema: builtInSchema(row.model),
    columns: builtInColumns[row.kind] ?? [],
    custom: false,
    storage: true,
  };
}

export function builtInResources(): Resource[] {
  const rows = core.map((row) => toResource('', 'v1', row));
  for (const [groupVersion, kinds] of Object.entries(grouped)) {
    const [group = '', version = ''] = groupVersion.split('/');
    rows.push(...kinds.map((row) => toResource(group, version, row)));
  }
  return rows;
}
