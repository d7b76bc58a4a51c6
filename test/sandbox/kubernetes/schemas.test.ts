// Holds the sandbox's own schemas of gateway resources to the upstream ones, where those are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type JsonObject, listOr, objectOr } from '../../../sandbox/kubernetes/json.ts';
import { applyDefaults } from '../../../sandbox/kubernetes/schema/defaults.ts';
import { prune } from '../../../sandbox/kubernetes/schema/prune.ts';
import type { Schema } from '../../../sandbox/kubernetes/schema/schema.ts';
import { validate } from '../../../sandbox/kubernetes/schema/validate.ts';
import { ruleFaults } from '../../../sandbox/kubernetes/schema/validation-rules.ts';
import { gatewayDefinitions } from '../../../sandbox/kubernetes/schemas/definitions.ts';

import { cases } from './schema-cases.ts';

const crds = fileURLToPath(new URL('../../../../shared/crds/', import.meta.url));
const present = existsSync(crds);

interface Definition {
  readonly spec: JsonObject;
}

function upstreamDefinitions(): Map<string, Definition> {
  const folders = ['gateway-api-v1.4.1-standard', 'gaie-v1.0.2', 'gke'];
  const files = folders.flatMap((folder) =>
    readdirSync(`${crds}${folder}`).map((file) => `${crds}${folder}/${file}`),
  );
  const documents = files.map((file) => parse(readFileSync(file, 'utf8')) as Definition);
  return new Map(documents.map((one) => [kindOf(one), one]));
}

const kindOf = ({ spec }: Definition): string => String(objectOr(spec['names'])['kind']);

function schemaOf({ spec }: Definition): Schema {
  const [version] = listOr(spec['versions'])
    .map(objectOr)
    .filter((one) => one['storage'] === true);
  return objectOr(objectOr(version)['schema'])['openAPIV3Schema'] as Schema;
}

const ours = new Map(
  gatewayDefinitions()
    .map((one): Definition => ({ spec: objectOr(one['spec']) }))
    .map((one) => [kindOf(one), one]),
);
const upstream = present ? upstreamDefinitions() : new Map<string, Definition>();

const constraints = [
  'type',
  'format',
  'enum',
  'default',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
] as const;

/** Every constraint of a schema, by the path of its field. */
function flatten(schema: Schema, path = ''): Record<string, unknown> {
  const own = constraints.flatMap((key): [string, unknown][] => {
    const value = schema[key];
    // A least length of nothing says nothing.
    if (value === undefined || (key === 'minLength' && value === 0)) return [];
    return [[`${path} ${key}`, key === 'required' ? listOr(value).map(String).toSorted() : value]];
  });
  const listType = schema['x-kubernetes-list-type'] ?? 'atomic';
  const below = Object.entries(schema.properties ?? {})
    .filter(([name]) => path !== '' || !['apiVersion', 'kind', 'metadata'].includes(name))
    .map(([name, field]) => flatten(field, `${path}.${name}`));
  if (schema.items !== undefined) below.push(flatten(schema.items, `${path}[]`));
  const { additionalProperties } = schema;
  if (typeof additionalProperties === 'object')
    below.push(flatten(additionalProperties, `${path}{}`));
  return Object.assign(
    Object.fromEntries(own),
    schema.type === 'array' ? { [`${path} list`]: listType } : {},
    ...below,
  ) as Record<string, unknown>;
}

/** Differences that are meant: ours spells the tokens of a match condition otherwise. */
const meant = /celMatcher pattern$/;

describe.skipIf(!present)(
  'beside the upstream schemas (skipped where ../shared/crds is absent)',
  () => {
    test.each([...ours.keys()])('%s has the same fields, limits and defaults', (kind) => {
      const [own, other] = [ours, upstream].map((from) => {
        const definition = from.get(kind);
        if (definition === undefined) throw new Error(`no ${kind}`);
        return Object.fromEntries(
          Object.entries(flatten(schemaOf(definition))).filter(([key]) => !meant.test(key)),
        );
      });
      expect(own).toEqual(other);
    });

    test.each([...ours.keys()])('%s has the same names, scope and versions', (kind) => {
      const [own, other] = [ours, upstream].map((from) => {
        const { spec } = from.get(kind) ?? { spec: {} };
        const versions = listOr(spec['versions']).map(objectOr);
        return {
          names: spec['names'],
          scope: spec['scope'],
          group: spec['group'],
          versions: versions.map(({ name, served, storage }) => ({ name, served, storage })),
          status: versions.map(
            (version) => objectOr(version['subresources'])['status'] !== undefined,
          ),
        };
      });
      expect(own).toEqual(other);
    });
  },
);

/** valid, or what stands in the way first. */
function verdict(definition: Definition | undefined, spec: object): string {
  if (definition === undefined) throw new Error('no such definition');
  const schema = schemaOf(definition);
  const object = { spec: structuredClone(spec) };
  if (prune(object, schema).length > 0) return 'unknown field';
  applyDefaults(object, schema);
  if (validate(object, schema, '').length > 0) return 'schema';
  return ruleFaults(object, undefined, schema, '').length > 0 ? 'rule' : 'valid';
}

test.each([...cases])('%s: %s', (kind, _what, spec, expected) => {
  expect(verdict(ours.get(kind), spec)).toBe(expected);
  if (present) expect(verdict(upstream.get(kind), spec)).toBe(expected);
});

test('every rule of every schema compiles', () => {
  const rules = (schema: Schema): string[] => [
    ...(schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule),
    ...Object.values(schema.properties ?? {}).flatMap(rules),
    ...(schema.items === undefined ? [] : rules(schema.items)),
  ];
  const all = [...ours.values()].flatMap((definition) => rules(schemaOf(definition)));
  expect(all.length).toBeGreaterThan(60);
  const faults = all.flatMap((rule) =>
    ruleFaults({}, {}, { 'x-kubernetes-validations': [{ rule }] }, ''),
  );
  expect(faults.filter(({ message }) => message.includes('compile error'))).toEqual([]);
});
