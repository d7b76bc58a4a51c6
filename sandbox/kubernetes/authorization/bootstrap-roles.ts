// Initial cluster roles and bindings: discovery for authenticated callers, four roles for people.
import type { ObjectStore } from '../cluster.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const workloads = [
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'events',
      'persistentvolumeclaims',
      'pods',
      'pods/log',
      'pods/status',
      'replicationcontrollers',
      'resourcequotas',
      'serviceaccounts',
      'services',
    ],
  },
  {
    apiGroups: ['apps'],
    resources: [
      'daemonsets',
      'deployments',
      'deployments/scale',
      'replicasets',
      'replicasets/scale',
      'statefulsets',
      'statefulsets/scale',
    ],
  },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'] },
];
const namespaces = { apiGroups: [''], resources: ['namespaces'], verbs: read };
const viewed = [...workloads.map((rule) => ({ ...rule, verbs: read })), namespaces];
const edited = [
  ...workloads.map((rule) => ({ ...rule, verbs: [...read, ...write] })),
  { apiGroups: [''], resources: ['secrets'], verbs: [...read, ...write] },
  namespaces,
];
const administered = [
  ...edited,
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['rolebindings', 'roles'],
    verbs: [...read, ...write],
  },
];

const roles: Readonly<Record<string, readonly object[]>> = {
  'cluster-admin': [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
  admin: administered,
  edit: edited,
  view: viewed,
  'system:discovery': [
    {
      nonResourceURLs: [
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
        '/version/',
      ],
      verbs: ['get'],
    },
  ],
  'system:basic-user': [
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      verbs: ['create'],
    },
    {
      apiGroups: ['authentication.k8s.io'],
      resources: ['selfsubjectreviews'],
      verbs: ['create'],
    },
  ],
};

const bindings: Readonly<Record<string, string>> = {
  'cluster-admin': 'system:masters',
  'system:discovery': 'system:authenticated',
  'system:basic-user': 'system:authenticated',
};

export function seedRoles(store: ObjectStore): void {
  const metadata = (name: string) => ({
    name,
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  });
  for (const [name, rules] of Object.entries(roles)) {
    store.create({ apiVersion, kind: 'ClusterRole', metadata: metadata(name), rules });
  }
  for (const [name, group] of Object.entries(bindings)) {
    store.create({
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: metadata(name),
      subjects: [{ kind: 'Group', name: group }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    });
  }
}
