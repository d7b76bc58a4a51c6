// Decoding of request bodies: JSON, YAML and protobuf.
import { parse as parseYaml } from 'yaml';
import { isObject, type JsonObject, stringOr } from '../json.ts';
import { apiVersionOf } from '../resources.ts';
import { prune } from '../schema/prune.ts';
import { badRequest, StatusError } from '../status-error.ts';
import { decodeProtobuf } from './protobuf.ts';
import type { ApiRequest, ResourceRequest } from './request.ts';

const mediaType = (contentType: string): string => (contentType.split(';')[0] ?? '').trim();

export function unsupportedMedia(accepted: readonly string[]): StatusError {
  return new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

/** The body as an object; an empty body is an empty object. */
export function decodeBody(request: ApiRequest): JsonObject {
  if (request.body.length === 0) return {};
  const type = mediaType(request.contentType);
  if (type === 'application/vnd.kubernetes.protobuf') return decodeProtobuf(request.body);
  const decoded = decodeText(request.body.toString(), type);
  if (!isObject(decoded)) throw badRequest('the body of the request is not an object');
  return decoded;
}

function decodeText(text: string, type: string): unknown {
  if (type === 'application/yaml' || type === 'application/apply-patch+yaml') {
    try {
      return parseYaml(text) as unknown;
    } catch (error) {
      throw badRequest(
        `error decoding YAML: ${error instanceof Error ? error.message : 'bad YAML'}`,
      );
    }
  }
  if (type !== '' && type !== '*/*' && !type.endsWith('json')) {
    throw unsupportedMedia([
      'application/json',
      'application/yaml',
      'application/vnd.kubernetes.protobuf',
    ]);
  }
  return parseJson(text);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'bad JSON';
    throw badRequest(`couldn't get version/kind; json parse error: ${why}`);
  }
}

export function patchType(request: ApiRequest): string {
  return mediaType(request.contentType);
}

/** Compares an object with the path of its request. @throws StatusError 400 when they differ */
export function matchPath(request: ResourceRequest, object: JsonObject): void {
  const { resource } = request;
  const apiVersion = apiVersionOf(resource);
  const given = object['apiVersion'] ?? apiVersion;
  const kind = object['kind'] ?? resource.kind;
  if (given !== apiVersion || kind !== resource.kind) {
    throw badRequest(
      `${stringOr(kind)} in version ${JSON.stringify(given)} cannot be handled as a ${resource.kind}: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(given)}`,
    );
  }
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  object['metadata'] = metadata;
  const namespace = metadata['namespace'] ?? request.namespace;
  if (resource.namespaced && namespace !== request.namespace) {
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request`,
    );
  }
  if (resource.namespaced) metadata['namespace'] = request.namespace;
  if (request.name === undefined) return;
  const name = metadata['name'] ?? '';
  if (name === '') metadata['name'] = request.name;
  else if (name !== request.name) {
    throw badRequest(
      `the name of the object (${stringOr(name)}) does not match the name on the URL (${request.name})`,
    );
  }
}

/**
 * Removes fields from `object` that the schema does not declare, and acts by `fieldValidation`.
 * @returns warnings for the response
 */
export function dropUnknownFields(request: ResourceRequest, object: JsonObject): string[] {
  const { resource } = request;
  if (resource.schema === undefined) return [];
  const unknown = prune(object, resource.schema).map((path) => `unknown field "${path}"`);
  if (unknown.length === 0) return [];
  const mode = request.query.get('fieldValidation') ?? 'Warn';
  if (mode === 'Ignore') return [];
  if (mode !== 'Strict') return unknown;
  throw badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${unknown.join(', ')}`,
  );
}
