// Forms of an answer: object, metadata or table; JSON or YAML.
import type { KubeObject } from '../cluster.ts';
import { apiVersionOf, type PrinterColumn, type Resource } from '../resources.ts';
import { age } from '../table/age.ts';
import type { ApiRequest } from './request.ts';

export type Shape = 'object' | 'table' | 'metadata';

/** The first served form in the Accept header. */
export function shapeOf(request: ApiRequest): Shape {
  for (const part of request.accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim());
    const as = parameters.find((text) => text.startsWith('as='))?.slice(3);
    if (type !== 'application/json' && type !== '*/*' && type !== 'application/yaml') continue;
    if (as === undefined) return 'object';
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
  }
  return 'object';
}

export const wantsYaml = (request: ApiRequest): boolean =>
  (request.accept.split(/[,;]/)[0] ?? '').trim() === 'application/yaml';

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** One object in the requested form. `now` in ms, for ages in tables. */
export function presentObject(
  request: ApiRequest,
  resource: Resource,
  object: KubeObject,
  now: number,
): object {
  const versioned = inVersion(resource, object);
  switch (shapeOf(request)) {
    case 'object':
      return versioned;
    case 'metadata':
      return partial(versioned);
    case 'table': {
      const { resourceVersion } = object.metadata;
      return table(request, resource, [versioned], { resourceVersion }, now);
    }
  }
}

export function presentList(
  request: ApiRequest,
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: ListMeta,
  now: number,
): object {
  const items = objects.map((object) => inVersion(resource, object));
  switch (shapeOf(request)) {
    case 'object':
      return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items };
    case 'metadata':
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata,
        items: items.map(partial),
      };
    case 'table':
      return table(request, resource, items, metadata, now);
  }
}

const inVersion = (resource: Resource, object: KubeObject): KubeObject => ({
  ...object,
  apiVersion: apiVersionOf(resource),
});

const partial = ({ metadata }: KubeObject): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});

const nameColumn: PrinterColumn = {
  name: 'Name',
  type: 'string',
  description: 'Name must be unique within a namespace.',
  cell: (object) => object.metadata.name,
};

const ageColumn: PrinterColumn = { name: 'Age', type: 'string', cell: age };

function table(
  request: ApiRequest,
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: ListMeta,
  now: number,
): object {
  const own = resource.columns.length === 0 ? [ageColumn] : resource.columns;
  const columns = resource.kind === 'Event' ? own : [nameColumn, ...own];
  const include = request.query.get('includeObject') ?? 'Metadata';
  const shown = (object: KubeObject): object | null => {
    if (include === 'None') return null;
    return include === 'Object' ? object : partial(object);
  };
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map((column) => ({
      name: column.name,
      type: column.type === 'date' ? 'string' : column.type,
      format: column === nameColumn ? 'name' : '',
      description: column.description ?? '',
      priority: column.priority ?? 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now) ?? null),
      object: shown(object),
    })),
  };
}
