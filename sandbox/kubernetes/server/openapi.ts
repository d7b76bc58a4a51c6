// OpenAPI v3: one document per group version, for kubectl's validation, explain and patches.
import { createHash } from 'node:crypto';
import protobuf from 'protobufjs';
import { apiVersionOf, type Resource, type Resources } from '../resources.ts';

const documentPath = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

export function openApiIndex(resources: Resources): object {
  const paths = new Map<string, { serverRelativeURL: string }>();
  for (const resource of resources.all()) {
    const path = documentPath(resource);
    if (paths.has(path)) continue;
    const kinds = resources
      .all()
      .filter((one) => documentPath(one) === path)
      // Built-in schemas never change while the server runs, and are large.
      .map((one) => [one.kind, one.custom ? one.schema : '']);
    const hash = createHash('sha256').update(JSON.stringify(kinds)).digest('hex').slice(0, 32);
    paths.set(path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` });
  }
  return { paths: Object.fromEntries(paths) };
}

/** The document of a group version, or undefined. `path` is `api/v1` or `apis/GROUP/VERSION`. */
export function openApiDocument(resources: Resources, path: string): object | undefined {
  const served = resources.all().filter((resource) => documentPath(resource) === path);
  if (served.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(
      served.map((resource) => [objectPath(resource), operations(resource)]),
    ),
    components: {
      schemas: Object.fromEntries(
        served.map((resource) => [schemaName(resource), schema(resource)]),
      ),
    },
  };
}

function objectPath(resource: Resource): string {
  const scope = resource.namespaced ? 'namespaces/{namespace}/' : '';
  return `/${documentPath(resource)}/${scope}${resource.plural}/{name}`;
}

const schemaName = ({ group, version, kind }: Resource): string =>
  `${(group === '' ? 'core' : group).split('.').toReversed().join('.')}.${version}.${kind}`;

const kindOf = ({ group, version, kind }: Resource): object => ({ group, version, kind });

function operations(resource: Resource): object {
  const answer = {
    200: {
      description: 'OK',
      content: {
        'application/json': { schema: { $ref: `#/components/schemas/${schemaName(resource)}` } },
      },
    },
  };
  const query = (name: string, type: string): object => ({
    name,
    in: 'query',
    schema: { type, uniqueItems: true },
  });
  const written = [
    query('dryRun', 'string'),
    query('fieldManager', 'string'),
    query('fieldValidation', 'string'),
  ];
  const operation = (action: string, parameters: object[]): object => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kindOf(resource),
    parameters,
    responses: answer,
  });
  return {
    get: operation('get', []),
    put: operation('put', written),
    patch: operation('patch', [...written, query('force', 'boolean')]),
    delete: operation('delete', [query('dryRun', 'string')]),
  };
}

function schema(resource: Resource): object {
  return {
    description: `${resource.kind} of ${apiVersionOf(resource)}`,
    ...resource.schema,
    'x-kubernetes-group-version-kind': [kindOf(resource)],
  };
}

const info = { title: 'Kubernetes', version: 'unversioned' };

/** OpenAPI v2 has no schemas here: they are in v3, and clients skip kinds missing in v2. */
export const openApiV2 = { swagger: '2.0', info, paths: {}, definitions: {} };

/** The real server's form: the `@` in clients' requests is not a valid media type. */
export const openApiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** The same document as the protobuf message that kubectl requests. */
export function openApiV2Protobuf(): Buffer {
  const { root } = protobuf.parse(
    `syntax = "proto3";
    message Info { string title = 1; string version = 2; }
    message Document { string swagger = 1; Info info = 2; }`,
  );
  const document = root.lookupType('Document');
  return Buffer.from(document.encode(document.create({ swagger: '2.0', info })).finish());
}
