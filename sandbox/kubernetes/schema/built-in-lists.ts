// What the vendor's models leave out: list keys for merging, required fields, and fields that hold any JSON.

type ListKeys =
  | { readonly kind: 'map'; readonly keys: readonly string[]; readonly mergeKey: string }
  | { readonly kind: 'set' }
  | { readonly kind: 'atomic-map' };

const by = (...keys: string[]): ListKeys => ({ kind: 'map', keys, mergeKey: keys[0] ?? '' });
const set: ListKeys = { kind: 'set' };
const atomicMap: ListKeys = { kind: 'atomic-map' };

/** By `Model.field`. A list that is not here is replaced as a whole. */
export const listKeys: Readonly<Record<string, ListKeys>> = {
  'V1ObjectMeta.finalizers': set,
  'V1ObjectMeta.ownerReferences': by('uid'),
  'V1PodSpec.containers': by('name'),
  'V1PodSpec.initContainers': by('name'),
  'V1PodSpec.ephemeralContainers': by('name'),
  'V1PodSpec.volumes': by('name'),
  'V1PodSpec.imagePullSecrets': by('name'),
  'V1PodSpec.hostAliases': by('ip'),
  'V1PodSpec.topologySpreadConstraints': by('topologyKey', 'whenUnsatisfiable'),
  'V1PodSpec.nodeSelector': atomicMap,
  'V1Container.env': by('name'),
  'V1Container.ports': by('containerPort', 'protocol'),
  'V1Container.volumeMounts': by('mountPath'),
  'V1Container.volumeDevices': by('devicePath'),
  'V1PodStatus.conditions': by('type'),
  'V1PodStatus.podIPs': by('ip'),
  'V1ServiceSpec.ports': by('port', 'protocol'),
  'V1ServiceSpec.selector': atomicMap,
  'V1ServiceStatus.conditions': by('type'),
  'V1ServiceAccount.secrets': by('name'),
  'V1NodeSpec.podCIDRs': set,
  'V1NodeStatus.conditions': by('type'),
  'V1NodeStatus.addresses': by('type'),
  'V1NamespaceStatus.conditions': by('type'),
  'V1DeploymentStatus.conditions': by('type'),
  'V1ReplicaSetStatus.conditions': by('type'),
  'V1StatefulSetStatus.conditions': by('type'),
  'V1DaemonSetStatus.conditions': by('type'),
  'V1LabelSelector.matchLabels': atomicMap,
  'V1PersistentVolumeClaimStatus.conditions': by('type'),
  'V1MutatingWebhookConfiguration.webhooks': by('name'),
  'V1ValidatingWebhookConfiguration.webhooks': by('name'),
  'V1CustomResourceDefinitionStatus.conditions': by('type'),
  'V1PodDisruptionBudgetStatus.conditions': by('type'),
};

/** Checked on every write; more is checked by kind in the built-in rules. */
export const requiredFields: Readonly<Record<string, readonly string[]>> = {
  V1DeploymentSpec: ['selector', 'template'],
  V1ReplicaSetSpec: ['selector'],
  V1StatefulSetSpec: ['selector', 'template', 'serviceName'],
  V1DaemonSetSpec: ['selector', 'template'],
  V1JobSpec: ['template'],
  V1PodSpec: ['containers'],
  V1Container: ['name'],
  V1ContainerPort: ['containerPort'],
  V1EnvVar: ['name'],
  V1Volume: ['name'],
  V1VolumeMount: ['name', 'mountPath'],
  V1ServicePort: ['port'],
  V1RoleBinding: ['roleRef'],
  V1ClusterRoleBinding: ['roleRef'],
  V1RoleRef: ['apiGroup', 'kind', 'name'],
  V1PolicyRule: ['verbs'],
  V1CustomResourceDefinitionSpec: ['group', 'names', 'scope', 'versions'],
  V1CustomResourceDefinitionNames: ['plural', 'kind'],
  V1CustomResourceDefinitionVersion: ['name', 'served', 'storage'],
  V1OwnerReference: ['apiVersion', 'kind', 'name', 'uid'],
};

/** Fields whose shape the models do not describe as it is written. */
export const preserved: ReadonlySet<string> = new Set([
  'V1CustomResourceDefinitionVersion.schema',
  'V1ManagedFieldsEntry.fieldsV1',
  'V1ControllerRevision.data',
]);
