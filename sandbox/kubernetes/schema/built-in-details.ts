// Details missing in the vendor's models: merge keys, required fields, free-form fields.

type ListKeys =
  | { readonly kind: 'map'; readonly keys: readonly string[]; readonly mergeKey: string }
  | { readonly kind: 'set' }
  | { readonly kind: 'atomic-map' };

const by = (...keys: string[]): ListKeys => ({ kind: 'map', keys, mergeKey: keys[0] ?? '' });
const set: ListKeys = { kind: 'set' };
const atomicMap: ListKeys = { kind: 'atomic-map' };

/** By `Model.field`. A list without an entry is replaced as a whole. */
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
  'V1PersistentVolumeClaimStatus.conditions': by('type'),
  'V1MutatingWebhookConfiguration.webhooks': by('name'),
  'V1ValidatingWebhookConfiguration.webhooks': by('name'),
  'V1CustomResourceDefinitionStatus.conditions': by('type'),
  'V1PodDisruptionBudgetStatus.conditions': by('type'),
};

/** Objects that are owned and replaced as a whole. */
export const atomicModels: ReadonlySet<string> = new Set([
  'V1LabelSelector',
  'V1ObjectReference',
  'V1LocalObjectReference',
  'V1TypedLocalObjectReference',
  'V1SecretKeySelector',
  'V1ConfigMapKeySelector',
  'V1ObjectFieldSelector',
  'V1ResourceFieldSelector',
  'V1NodeSelector',
  'V1RoleRef',
]);

/** Checked on every write; the built-in rules check more by kind. */
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

/** Fields whose models do not describe their JSON form. */
export const preserved: ReadonlySet<string> = new Set([
  'V1CustomResourceDefinitionVersion.schema',
  'V1ManagedFieldsEntry.fieldsV1',
  'V1ControllerRevision.data',
]);

/** Fields that hold a quantity: `12`, `9000Mi`, `"4"`. */
export const quantities: ReadonlySet<string> = new Set([
  'V1ResourceRequirements.limits',
  'V1ResourceRequirements.requests',
  'V1VolumeResourceRequirements.limits',
  'V1VolumeResourceRequirements.requests',
  'V1NodeStatus.capacity',
  'V1NodeStatus.allocatable',
  'V1PersistentVolumeSpec.capacity',
  'V1PersistentVolumeClaimStatus.capacity',
  'V1EmptyDirVolumeSource.sizeLimit',
  'V1ResourceFieldSelector.divisor',
  'V1ResourceQuotaSpec.hard',
]);

/** Values that the server sets. */
export const builtInDefaults: Readonly<Record<string, unknown>> = {
  'V1ContainerPort.protocol': 'TCP',
  'V1ServicePort.protocol': 'TCP',
  'V1Container.resources': {},
  'V1Container.terminationMessagePath': '/dev/termination-log',
  'V1Container.terminationMessagePolicy': 'File',
  'V1PodSpec.restartPolicy': 'Always',
  'V1PodSpec.dnsPolicy': 'ClusterFirst',
  'V1PodSpec.schedulerName': 'default-scheduler',
  'V1PodSpec.securityContext': {},
  'V1PodSpec.terminationGracePeriodSeconds': 30,
  'V1Probe.timeoutSeconds': 1,
  'V1Probe.periodSeconds': 10,
  'V1Probe.successThreshold': 1,
  'V1Probe.failureThreshold': 3,
  'V1HTTPGetAction.scheme': 'HTTP',
  'V1GRPCAction.service': '',
  'V1ConfigMapVolumeSource.defaultMode': 420,
  'V1SecretVolumeSource.defaultMode': 420,
  'V1ProjectedVolumeSource.defaultMode': 420,
  'V1ObjectFieldSelector.apiVersion': 'v1',
  'V1DeploymentSpec.replicas': 1,
  'V1DeploymentSpec.revisionHistoryLimit': 10,
  'V1DeploymentSpec.progressDeadlineSeconds': 600,
  'V1DeploymentSpec.strategy': {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
  },
  'V1ReplicaSetSpec.replicas': 1,
  'V1StatefulSetSpec.replicas': 1,
  'V1StatefulSetSpec.podManagementPolicy': 'OrderedReady',
  'V1StatefulSetSpec.revisionHistoryLimit': 10,
  'V1DaemonSetSpec.revisionHistoryLimit': 10,
  'V1JobSpec.backoffLimit': 6,
  'V1JobSpec.completions': 1,
  'V1JobSpec.parallelism': 1,
  'V1ServiceSpec.type': 'ClusterIP',
  'V1ServiceSpec.sessionAffinity': 'None',
  'V1ServiceSpec.internalTrafficPolicy': 'Cluster',
  'V1ServiceSpec.ipFamilyPolicy': 'SingleStack',
  'V1ServiceSpec.ipFamilies': ['IPv4'],
  'V1Secret.type': 'Opaque',
  'V1PersistentVolumeClaimSpec.volumeMode': 'Filesystem',
};
