// Tests of the sandbox's gateway schemas against the upstream ones, if present.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type JsonObject, listOr, objectOr } from '../../kubernetes/json.ts';
import { applyDefaults } from '../../kubernetes/schema/defaults.ts';
import { prune } from '../../kubernetes/schema/prune.ts';
import type { Schema } from '../../kubernetes/schema/schema.ts';
import { validate } from '../../kubernetes/schema/validate.ts';
import { ruleFaults } from '../../kubernetes/schema/validation-rules.ts';
import { gatewayDefinitions } from '../../kubernetes/schemas/definitions.ts';

import { independentVerdict } from './independent-verdict.ts';
import { cases } from './schema-cases/all.ts';

const crds = fileURLToPath(new URL('../../../../shared/crds/', import.meta.url));
const present = existsSync(crds);

interface Definition {
  readonly spec: JsonObject;
}

function upstreamDefinitions(): Map<string, Definition> {
  const folders = ['gateway-api-v1.4.1-standard', 'gaie-v1.0.2', 'gke'];
  const files = ['', ...folders.map((folder) => `${folder}/`)].flatMap((folder) =>
    readdirSync(`${crds}${folder}`)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => `${crds}${folder}${file}`),
  );
  return byKind(files.map(readDefinition));
}

const readDefinition = (file: string): Definition =>
  parse(readFileSync(file, 'utf8')) as Definition;

const byKind = (definitions: readonly Definition[]): Map<string, Definition> =>
  new Map(definitions.map((one) => [kindOf(one), one]));

/** Definitions of the operator's chart, and the one definition that the bot applies. */
function otherDefinitions(): Definition[] {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const chart = `${root}sandbox/registry/charts/apigee-apim-operator-crds/templates/`;
  const files = readdirSync(chart).map((file) => `${chart}${file}`);
  return [...files, `${root}manifests/inference/inferenceobjective-crd.yaml`].map(readDefinition);
}

const kindOf = ({ spec }: Definition): string => String(objectOr(spec['names'])['kind']);

function schemaOf({ spec }: Definition): Schema {
  const [version] = listOr(spec['versions'])
    .map(objectOr)
    .filter((one) => one['storage'] === true);
  return objectOr(objectOr(version)['schema'])['openAPIV3Schema'] as Schema;
}

const ours = byKind([
  ...gatewayDefinitions().map((one): Definition => ({ spec: objectOr(one['spec']) })),
  ...otherDefinitions(),
]);
/** The sandbox's own kinds; the bot's definition is reduced, so only the cases test it. */
const own = [...ours.keys()].filter((kind) => kind !== 'InferenceObjective');
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
    // A minimum length of 0 has no effect.
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

/** Intended differences: match condition token patterns, and the operator's duplicate state. */
const meant = /celMatcher pattern$|^\.status\.currentState /;

describe.skipIf(!present)(
  'sandbox schemas and upstream schemas (skipped where ../shared/crds is absent)',
  () => {
    test.each(own)('%s has the same fields, limits and defaults', (kind) => {
      const [own, other] = [ours, upstream].map((from) => {
        const definition = from.get(kind);
        if (definition === undefined) throw new Error(`no ${kind}`);
        return Object.fromEntries(
          Object.entries(flatten(schemaOf(definition))).filter(([key]) => !meant.test(key)),
        );
      });
      expect(own).toEqual(other);
    });

    test.each(own)('%s has the same names, scope and versions', (kind) => {
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

function schemaOfKind(from: ReadonlyMap<string, Definition>, kind: string): Schema {
  const definition = from.get(kind);
  if (definition === undefined) throw new Error(`no ${kind}`);
  return schemaOf(definition);
}

/** `valid`, or the first error. */
function verdict(schema: Schema, spec: object, old: object | undefined): string {
  const object = { spec: structuredClone(spec) };
  if (prune(object, schema).length > 0) return 'unknown field';
  applyDefaults(object, schema);
  if (validate(object, schema, '').length > 0) return 'schema';
  const before = old === undefined ? undefined : { spec: old };
  return ruleFaults(object, before, schema, '').length > 0 ? 'rule' : 'valid';
}

test.each(cases.map(([kind, what, ...rest]) => ({ kind, what, rest })))(
  '$kind: $what',
  ({ kind, rest: [spec, expected, old] }) => {
    expect(verdict(schemaOfKind(ours, kind), spec, old)).toBe(expected);
    if (!present) return;
    const schema = schemaOfKind(upstream, kind);
    expect(verdict(schema, spec, old)).toBe(expected);
    const isOfRules = expected === 'valid' || expected === 'rule';
    expect(independentVerdict(schema, spec)).toBe(isOfRules ? 'valid or rule' : expected);
  },
);

test('at least sixty cases exist, and three per definition', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  const counts = [...(present ? upstream : ours).keys()].map((kind): [string, number] => [
    kind,
    cases.filter(([of]) => of === kind).length,
  ]);
  expect(counts.filter(([, count]) => count < 3)).toEqual([]);
});

/** Results of each rule in all cases, by its path: satisfied, violated or both. */
function judgements(kind: string, schema: Schema): Map<string, Set<boolean>> {
  const found = new Map<string, Set<boolean>>();
  const visit = (value: unknown, old: unknown, at: Schema, path: string): void => {
    for (const rule of at['x-kubernetes-validations'] ?? []) {
      const key = `${kind}${path}: ${rule.rule}`;
      if (value === undefined || (rule.rule.includes('oldSelf') && old === undefined)) continue;
      const alone = { ...at, 'x-kubernetes-validations': [rule] };
      const others = { ...at, 'x-kubernetes-validations': [] };
      const faults = (of: Schema): number => ruleFaults(value, old, of, '').length;
      // An error in a nested field counts in both.
      const holds = faults(alone) === faults(others);
      found.set(key, (found.get(key) ?? new Set()).add(holds));
    }
    for (const [name, field] of Object.entries(at.properties ?? {})) {
      if (objectOr(value)[name] === undefined) continue;
      visit(objectOr(value)[name], objectOr(old)[name], field, `${path}.${name}`);
    }
    const { items } = at;
    if (items !== undefined)
      for (const item of listOr(value)) visit(item, undefined, items, `${path}[]`);
  };
  for (const [of, , spec, , old] of cases) {
    if (of !== kind) continue;
    const object = { spec: structuredClone(spec) };
    applyDefaults(object, schema);
    visit(object, old === undefined ? undefined : { spec: old }, schema, '');
  }
  return found;
}
/** Every rule of a schema, by its path. */
const rulesIn = (schema: Schema, path: string): string[] => [
  ...(schema['x-kubernetes-validations'] ?? []).map(({ rule }) => `${path}: ${rule}`),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    path === '' && name === 'status' ? [] : rulesIn(field, `${path}.${name}`),
  ),
  ...(schema.items === undefined ? [] : rulesIn(schema.items, `${path}[]`)),
];

test.each([...ours.keys()])('the cases satisfy and violate every rule of %s', (kind) => {
  const schema = schemaOfKind(present ? upstream : ours, kind);
  const seen = judgements(kind, schema);
  const half = rulesIn(schema, '').filter((rule) => seen.get(`${kind}${rule}`)?.size !== 2);
  expect(half).toEqual([]);
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
