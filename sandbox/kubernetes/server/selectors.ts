// Label and field selectors of list, watch and deletecollection.
import type { KubeObject } from '../cluster.ts';
import { objectOr, stringOr } from '../json.ts';
import type { Resource } from '../resources.ts';
import { badRequest } from '../status-error.ts';

export type Matches = (object: KubeObject) => boolean;

/** @throws StatusError 400 for an unreadable selector */
export function selectorOf(resource: Resource, query: URLSearchParams): Matches {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const fields = fieldSelector(resource, query.get('fieldSelector') ?? '');
  return (object) => labels(object.metadata.labels ?? {}) && fields(object);
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k` */
export function labelSelector(text: string): LabelTest {
  // A comma inside parentheses separates values, not requirements.
  const requirements = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const tests = requirements.filter((part) => part !== '').map(labelRequirement);
  return (labels) => tests.every((test) => test(labels));
}

function labelRequirement(text: string): LabelTest {
  const among = /^([^\s!=]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (among !== null) {
    const [, key = '', word, list = ''] = among;
    const values = list.split(',').map((value) => value.trim());
    return word === 'in'
      ? (labels) => labels[key] !== undefined && values.includes(labels[key])
      : (labels) => labels[key] === undefined || !values.includes(labels[key]);
  }
  const compared = /^([^\s!=<>]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (compared !== null) {
    const [, key = '', word, value = ''] = compared;
    return word === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const absent = /^!\s*(\S+)$/.exec(text)?.[1];
  if (absent !== undefined) return (labels) => labels[absent] === undefined;
  if (/^[^\s!=()<>]+$/.test(text)) return (labels) => labels[text] !== undefined;
  throw badRequest(`unable to parse requirement: ${JSON.stringify(text)}`);
}

const selectable: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'status.phase',
    'spec.nodeName',
    'spec.serviceAccountName',
    'spec.restartPolicy',
    'status.podIP',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  ReplicaSet: ['status.replicas'],
  Job: ['status.successful'],
};

function fieldSelector(resource: Resource, text: string): Matches {
  const known = ['metadata.name', 'metadata.namespace', ...(selectable[resource.kind] ?? [])];
  const tests = text
    .split(',')
    .filter((part) => part !== '')
    .map((part): Matches => {
      const [, field = '', word = '', value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
      if (word === '') throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
      if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`);
      const wanted = word !== '!=';
      return (object) => (fieldText(object, field) === value) === wanted;
    });
  return (object) => tests.every((test) => test(object));
}

function fieldText(object: KubeObject, field: string): string {
  let value: unknown = object;
  for (const part of field.split('.')) value = objectOr(value)[part];
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : stringOr(value);
}
