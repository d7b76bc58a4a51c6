// Checks of the built-in kinds beyond their schema.
import type { KubeObject } from '../cluster.ts';
import { equal, isObject, listOr, objectOr, stringOr } from '../json.ts';
import { invalidValue, required, type StatusCause } from '../status-error.ts';

type Rule = (object: KubeObject, before: KubeObject | undefined) => StatusCause[];

const specOf = (object: KubeObject | undefined): Record<string, unknown> =>
  objectOr(object?.['spec']);

const immutable = (field: string, value: unknown): StatusCause =>
  invalidValue(field, value, 'field is immutable');

const workload: Rule = (object, before) => {
  const spec = specOf(object);
  const selector = objectOr(spec['selector']);
  const template = objectOr(spec['template']);
  const labels = objectOr(objectOr(template['metadata'])['labels']);
  const wanted = Object.entries(objectOr(selector['matchLabels']));
  const faults: StatusCause[] = [];
  if (wanted.length === 0 && listOr(selector['matchExpressions']).length === 0) {
    faults.push(
      invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'),
    );
  } else if (!wanted.every(([key, value]) => labels[key] === value)) {
    faults.push(
      invalidValue(
        'spec.template.metadata.labels',
        labels,
        '`selector` does not match template `labels`',
      ),
    );
  }
  if (before !== undefined && !equal(specOf(before)['selector'], spec['selector'])) {
    faults.push(immutable('spec.selector', selector));
  }
  return [...faults, ...podSpec(objectOr(template['spec']), 'spec.template.spec')];
};

function podSpec(spec: Record<string, unknown>, path: string): StatusCause[] {
  const containers = listOr(spec['containers']).map(objectOr);
  if (containers.length === 0) return [required(`${path}.containers`)];
  const volumes = new Set(listOr(spec['volumes']).map((volume) => objectOr(volume)['name']));
  return containers.flatMap((container, at) => [
    ...(stringOr(container['image']) === '' ? [required(`${path}.containers[${at}].image`)] : []),
    ...listOr(container['volumeMounts']).flatMap((mount, index) => {
      const name = objectOr(mount)['name'];
      if (volumes.has(name)) return [];
      return [
        {
          reason: 'FieldValueNotFound',
          message: `Not found: ${JSON.stringify(name)}`,
          field: `${path}.containers[${at}].volumeMounts[${index}].name`,
        },
      ];
    }),
  ]);
}

const pod: Rule = (object) => podSpec(specOf(object), 'spec');

const service: Rule = (object, before) => {
  const spec = specOf(object);
  const headless = spec['clusterIP'] === 'None';
  const faults: StatusCause[] = [];
  if (listOr(spec['ports']).length === 0 && !headless && spec['type'] !== 'ExternalName') {
    faults.push(required('spec.ports'));
  }
  const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
  if (!types.includes(stringOr(spec['type']))) {
    faults.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(spec['type'])}: supported values: ${types.map((type) => JSON.stringify(type)).join(', ')}`,
      field: 'spec.type',
    });
  }
  const old = specOf(before)['clusterIP'];
  if (old !== undefined && spec['clusterIP'] !== old && spec['type'] !== 'ExternalName') {
    faults.push(invalidValue('spec.clusterIPs[0]', [spec['clusterIP']], 'may not change once set'));
  }
  return faults;
};

const secret: Rule = (object, before) => {
  const faults: StatusCause[] = [];
  if (before?.['immutable'] === true && !equal(before['data'], object['data'])) {
    faults.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: field is immutable when `immutable` is set',
      field: 'data',
    });
  }
  if (before !== undefined && before['type'] !== object['type']) {
    faults.push(immutable('type', object['type']));
  }
  for (const key of Object.keys(objectOr(object['data']))) {
    if (/^[-._a-zA-Z0-9]+$/.test(key)) continue;
    faults.push(
      invalidValue(
        `data[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
      ),
    );
  }
  return faults;
};

const binding: Rule = (object, before) =>
  before !== undefined && !equal(before['roleRef'], object['roleRef'])
    ? [invalidValue('roleRef', object['roleRef'], 'cannot change roleRef')]
    : [];

const definition: Rule = (object) => {
  const spec = specOf(object);
  const names = objectOr(spec['names']);
  const wanted = `${stringOr(names['plural'])}.${stringOr(spec['group'])}`;
  const faults: StatusCause[] = [];
  if (object.metadata.name !== wanted) {
    faults.push(
      invalidValue(
        'metadata.name',
        object.metadata.name,
        `must be spec.names.plural+"."+spec.group`,
      ),
    );
  }
  const versions = listOr(spec['versions']).map(objectOr);
  if (versions.filter((version) => version['storage'] === true).length !== 1) {
    faults.push(
      invalidValue(
        'spec.versions',
        versions.length,
        'must have exactly one version marked as storage version',
      ),
    );
  }
  versions.forEach((version, at) => {
    const schema = objectOr(version['schema'])['openAPIV3Schema'];
    if (!isObject(schema)) {
      faults.push(required(`spec.versions[${at}].schema.openAPIV3Schema`, 'schemas are required'));
    }
  });
  return faults;
};

const rules: Readonly<Record<string, Rule>> = {
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  Pod: pod,
  Service: service,
  Secret: secret,
  ConfigMap: secret,
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  CustomResourceDefinition: definition,
};

export function builtInFaults(object: KubeObject, before: KubeObject | undefined): StatusCause[] {
  return rules[object.kind]?.(object, before) ?? [];
}
