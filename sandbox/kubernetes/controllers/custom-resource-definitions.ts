// Resources of CustomResourceDefinitions, served from a short delay after creation until deletion.
import type { Clock } from '../../core/clock.ts';
import type { KubeObject } from '../cluster.ts';
import { isObject, listOr, objectOr, stringOr } from '../json.ts';
import { groupKindOf, type Objects } from '../objects.ts';
import type { PrinterColumn, Resource, Resources, ScalePaths } from '../resources.ts';
import { builtInSchema } from '../schema/built-in-schema.ts';
import type { Schema } from '../schema/schema.ts';
import { since } from '../table/age.ts';
import { jsonPath } from '../table/json-path.ts';
import { timestamp, type Writes } from '../writes.ts';

const crd = groupKindOf('apiextensions.k8s.io', 'CustomResourceDefinition');
const manager = 'kube-apiserver';

/** Time from creation to the condition Established on a real server. */
const establishMs = 2_000;

export interface DefinitionParts {
  readonly clock: Clock;
  readonly objects: Objects;
  readonly resources: Resources;
  readonly writes: Writes;
}

export function serveDefinitions(parts: DefinitionParts): () => void {
  const { objects, resources, clock } = parts;
  const pending = new Set<() => void>();
  const establishSoon = (name: string): void => {
    const cancel = clock.after(establishMs, () => {
      pending.delete(cancel);
      establish(parts, name);
    });
    pending.add(cancel);
  };
  const unsubscribe = objects.subscribe(({ type, object, previous }) => {
    if (object.kind !== 'CustomResourceDefinition') return;
    const name = object.metadata.name;
    if (type === 'DELETED') withdraw(parts, object);
    else if (isEstablished(object)) {
      if (previous !== undefined) unregister(resources, previous);
      resources.add(resourcesOf(object));
    } else if (type === 'ADDED') establishSoon(name);
  });
  for (const object of objects.list(crd)) {
    if (isEstablished(object)) resources.add(resourcesOf(object));
    else establishSoon(object.metadata.name);
  }
  return () => {
    unsubscribe();
    for (const cancel of pending) cancel();
  };
}

const isEstablished = (definition: KubeObject): boolean =>
  jsonPath(definition, '.status.conditions[?(@.type=="Established")].status')[0] === 'True';

function establish({ objects, resources, writes, clock }: DefinitionParts, name: string): void {
  const current = objects.get(crd, undefined, name);
  const resource = resources.byKind('apiextensions.k8s.io', 'CustomResourceDefinition');
  if (current === undefined || resource === undefined) return;
  const next = { ...current, status: establishedStatus(current, clock.now()) };
  writes.update(resource, current, next, { manager, dryRun: false, subresource: 'status' });
}

export function establishedStatus(definition: KubeObject, now: number): object {
  const spec = objectOr(definition['spec']);
  const stored = listOr(spec['versions'])
    .map(objectOr)
    .find((one) => one['storage'] === true);
  const lastTransitionTime = timestamp(now);
  return {
    conditions: [
      {
        type: 'NamesAccepted',
        status: 'True',
        reason: 'NoConflicts',
        message: 'no conflicts found',
        lastTransitionTime,
      },
      {
        type: 'Established',
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
        lastTransitionTime,
      },
    ],
    acceptedNames: spec['names'],
    storedVersions: [stringOr(stored?.['name'])],
  };
}

function unregister(resources: Resources, definition: KubeObject): void {
  const spec = objectOr(definition['spec']);
  resources.removeGroupKind(stringOr(spec['group']), stringOr(objectOr(spec['names'])['kind']));
}

/** Deletion of a definition also deletes its objects. */
function withdraw({ objects, resources }: DefinitionParts, definition: KubeObject): void {
  const spec = objectOr(definition['spec']);
  const groupKind = groupKindOf(stringOr(spec['group']), stringOr(objectOr(spec['names'])['kind']));
  for (const object of objects.list(groupKind)) objects.remove(groupKind, object);
  unregister(resources, definition);
}

const texts = (value: unknown): string[] => listOr(value).map(String);

function resourcesOf(definition: KubeObject): Resource[] {
  const spec = objectOr(definition['spec']);
  const names = objectOr(spec['names']);
  const kind = stringOr(names['kind']);
  return listOr(spec['versions'])
    .map(objectOr)
    .filter((version) => version['served'] === true)
    .map((version): Resource => {
      const subresources = objectOr(version['subresources']);
      return {
        group: stringOr(spec['group']),
        version: stringOr(version['name']),
        kind,
        plural: stringOr(names['plural']),
        singular: stringOr(names['singular'], kind.toLowerCase()),
        shortNames: texts(names['shortNames']),
        categories: texts(names['categories']),
        namespaced: spec['scope'] !== 'Cluster',
        status: subresources['status'] !== undefined,
        scale: scaleOf(subresources['scale']),
        generation: true,
        schema: schemaOf(objectOr(version['schema'])['openAPIV3Schema']),
        columns: listOr(version['additionalPrinterColumns']).map(columnOf),
        custom: true,
        storage: version['storage'] === true,
      };
    });
}

function scaleOf(scale: unknown): ScalePaths | undefined {
  if (!isObject(scale)) return undefined;
  const selector = stringOr(scale['labelSelectorPath']);
  return {
    spec: stringOr(scale['specReplicasPath']),
    status: stringOr(scale['statusReplicasPath']),
    selector: selector === '' ? undefined : selector,
  };
}

/** The definition's schema, with the common fields of every object. */
function schemaOf(given: unknown): Schema | undefined {
  if (!isObject(given)) return undefined;
  const schema = given as Schema;
  return {
    ...schema,
    type: 'object',
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: builtInSchema('V1ObjectMeta'),
    },
  };
}

function columnOf(value: unknown): PrinterColumn {
  const column = objectOr(value);
  const path = stringOr(column['jsonPath']);
  const type = stringOr(column['type'], 'string');
  return {
    name: stringOr(column['name']),
    type,
    description: stringOr(column['description']),
    priority: typeof column['priority'] === 'number' ? column['priority'] : 0,
    cell: (object, now) => {
      const found = jsonPath(object, path);
      if (found.length === 0) return null;
      if (type === 'date') return since(found[0], now);
      if (type !== 'string') return found[0];
      return found.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(',');
    },
  };
}
