// Rules for names, labels and namespaces of objects.
import type { KubeObject } from './cluster.ts';
import type { Resource } from './resources.ts';
import { invalidValue, required, type StatusCause } from './status-error.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const serviceName = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const words = {
  subdomain:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  label:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  service:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};

export function nameFaults(resource: Resource, object: KubeObject): StatusCause[] {
  const { name, labels } = object.metadata;
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  return [...nameFault(resource, name), ...labelFaults(labels ?? {})];
}

function nameFault(resource: Resource, name: string): StatusCause[] {
  const tooLong = (most: number): StatusCause[] =>
    name.length > most
      ? [invalidValue('metadata.name', name, `must be no more than ${most} characters`)]
      : [];
  const shape = (fits: RegExp, text: string): StatusCause[] =>
    fits.test(name) ? [] : [invalidValue('metadata.name', name, text)];
  // Names of roles and their bindings may contain colons.
  if (resource.group === 'rbac.authorization.k8s.io') return [];
  if (resource.kind === 'Namespace') return [...tooLong(63), ...shape(label, words.label)];
  if (resource.kind === 'Service') return [...tooLong(63), ...shape(serviceName, words.service)];
  return [...tooLong(253), ...shape(subdomain, words.subdomain)];
}

function labelFaults(labels: Record<string, string>): StatusCause[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    if (typeof value !== 'string') return [];
    const [, name = key] = key.includes('/') ? key.split('/', 2) : [];
    const keyFits = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(name);
    const valueFits = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value);
    if (!keyFits) {
      return [
        invalidValue(
          'metadata.labels',
          key,
          "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        ),
      ];
    }
    if (!valueFits) {
      return [
        invalidValue(
          'metadata.labels',
          value,
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        ),
      ];
    }
    return [];
  });
}
