// Response checks against Apigee's discovery document, if one exists beside the repository.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

export interface DiscoveredMethod {
  readonly id: string;
  readonly httpMethod: string;
  readonly flatPath: string;
  readonly response?: { readonly $ref: string };
}

interface Resource {
  readonly methods?: Readonly<Record<string, DiscoveredMethod>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

interface Document extends Resource {
  readonly schemas: Readonly<Record<string, Schema>>;
}

const file = join(import.meta.dirname, '../../../../shared/facts/apigee.v1.discovery.json');
const document = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Document)
  : undefined;

export const isThere = document !== undefined;
export const methods: readonly DiscoveredMethod[] = collect(document ?? {});

function collect(resource: Resource): DiscoveredMethod[] {
  return [
    ...Object.values(resource.methods ?? {}),
    ...Object.values(resource.resources ?? {}).flatMap(collect),
  ];
}

/** A path without parameter names: `/v1/organizations/{}/developers/{}`. */
export function shapeOf(path: string): string {
  return `/${path.replace(/^\//, '').replaceAll(/\{\w+\}/g, '{}')}`;
}

/** Differences of a response from the document; empty without differences or without a document. */
export function problems(verb: string, path: string, answer: unknown): string[] {
  const found = methods.find(
    (method) =>
      method.httpMethod === verb &&
      new RegExp(`^${shapeOf(method.flatPath).replaceAll('{}', '[^/]+')}$`).test(path),
  );
  const schema = found?.response?.$ref;
  return schema === undefined ? [] : check({ $ref: schema }, answer, schema);
}

function check(schema: Schema, value: unknown, at: string): string[] {
  const resolved = schema.$ref === undefined ? schema : document?.schemas[schema.$ref];
  switch (resolved?.type) {
    case 'object':
      return checkObject(resolved, value, at);
    case 'array':
      if (!Array.isArray(value)) return [`${at} is no list`];
      return value.flatMap((item, index) => check(resolved.items ?? {}, item, `${at}[${index}]`));
    case 'string':
      if (typeof value !== 'string') return [`${at} is no string`];
      if (resolved.enum !== undefined && !resolved.enum.includes(value)) {
        return [`${at} is ${value}, which is not in its enum`];
      }
      return resolved.format === 'int64' && !/^-?\d+$/.test(value) ? [`${at} is no int64`] : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at} is no boolean`];
    case 'integer':
      return Number.isInteger(value) ? [] : [`${at} is no integer`];
    default:
      return [];
  }
}

function checkObject(schema: Schema, value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${at} is no object`];
  return Object.entries(value).flatMap(([name, item]) => {
    const property = schema.properties?.[name] ?? schema.additionalProperties;
    return property === undefined
      ? [`${at}.${name} is not in the document`]
      : check(property, item, `${at}.${name}`);
  });
}
