// Manifests of llmgw: completely filled, labelled, pinned, and valid against the real schemas.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { manifest, valuesOf } from '../../../jobs/provision/step-parts/manifests.ts';
import { modelServerShare, parseMachineType } from '../../../src/gateway/machine-type.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { isAtLeast } from '../../../jobs/provision/step-parts/versions.ts';
import { LlmgwError } from '../../../src/kernel/errors.ts';
import { gatewayConfig } from './gateway-config.ts';

const context = (over = {}) =>
  ({ env: { gateway: { ...gatewayConfig, ...over } }, runId: 'run-1' }) as unknown as Context;
const folder = fileURLToPath(new URL('../../../manifests/', import.meta.url));
const names = ['inference', 'gateway', 'apigee']
  .flatMap((part) => readdirSync(`${folder}${part}`).map((file) => `${part}/${file}`))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''));
const secrets = { HF_TOKEN_BASE64: 'aGZfdG9rZW4=' };

describe.each(names)('%s', (name) => {
  const object = manifest(context(), name, secrets);

  test('has our labels', () => {
    expect(object.metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'llmgw',
      'llmgw.dev/gateway': 'default',
    });
    expect(object.metadata.annotations).toMatchObject({ 'llmgw.dev/run': 'run-1' });
  });

  test('has no placeholder, no floating image tag and no web address', () => {
    const text = JSON.stringify(object);
    expect(text).not.toContain('${');
    for (const [, image = ''] of text.matchAll(/"image":"([^"]+)"/g)) {
      expect(image).toMatch(/:v\d+\.\d+\.\d+$/);
    }
    const source = readFileSync(`${folder}${name}.yaml`, 'utf8');
    expect(source).not.toMatch(/image: [^$]/);
  });
});

test('a value cannot escape its field, and numbers stay numbers', () => {
  const model = 'x"\n  command: [evil]';
  const object = manifest(context({ model, port: 8080 }), 'inference/model-server-deployment');
  expect(JSON.stringify(object)).toContain(JSON.stringify(model));
  expect(object).toMatchObject({
    spec: {
      replicas: 3,
      template: { spec: { containers: [{ args: ['--model', model, '--port', '8000'] }] } },
    },
  });
  expect(manifest(context({ port: 8080 }), 'gateway/gateway')).toMatchObject({
    spec: { listeners: [{ port: 8080 }] },
  });
});

test('a placeholder without a value is an error, not an empty string', () => {
  expect(() => manifest(context(), 'inference/hf-token-secret')).toThrow(LlmgwError);
  expect(() => manifest(context(), 'inference/hf-token-secret')).toThrow(/HF_TOKEN_BASE64/);
});

test('every value is used by a manifest', () => {
  const text = names.map((name) => readFileSync(`${folder}${name}.yaml`, 'utf8')).join('\n');
  const unused = Object.keys(valuesOf(gatewayConfig)).filter(
    (name) => !text.includes(`\${${name}}`),
  );
  expect(unused).toEqual([]);
});

test.each([
  ['c2-standard-16', { cpus: 16, memoryGib: 64, quotaMetric: 'C2_CPUS' }],
  ['n2-highmem-8', { cpus: 8, memoryGib: 64, quotaMetric: 'N2_CPUS' }],
  ['n2-custom-8-16384', { cpus: 8, memoryGib: 16, quotaMetric: 'N2_CPUS' }],
  ['e2-standard-4', { cpus: 4, memoryGib: 16, quotaMetric: 'CPUS' }],
  ['c3-standard-22-lssd', { cpus: 22, memoryGib: 88, quotaMetric: 'C3_CPUS' }],
  ['z9-standard-4', { cpus: 4, memoryGib: 16, quotaMetric: undefined }],
  ['e2-medium', undefined],
])('machine type %s', (name, expected) => {
  expect(parseMachineType(name)).toEqual(expected);
});

test('a model server requests 12 of the 16 CPUs of the sample', () => {
  expect(modelServerShare('c2-standard-16').cpus).toBe('12');
});

test.each([
  ['1.34.1-gke.3899000', '1.34.1-gke.3899000', true],
  ['1.34.1-gke.3899001', '1.34.1-gke.3899000', true],
  ['1.34.0-gke.9999999', '1.34.1-gke.3899000', false],
  ['1.35.0', '1.34.1-gke.3899000', true],
  ['1.9.0', '1.34.1', false],
  ['1-15-0-apigee-4', '1-15-0-apigee-7', false],
  ['1-16-0-apigee-1', '1-15-0-apigee-7', true],
])('version %s is at least %s: %s', (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected);
});

const crds = fileURLToPath(new URL('../../../../shared/crds/', import.meta.url));

describe.skipIf(!existsSync(crds))('against the real schemas (../shared/crds)', () => {
  const schemas = new Map<string, object>();
  if (existsSync(crds)) {
    for (const file of readdirSync(crds, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.yaml')) continue;
      const crd = parse(readFileSync(`${crds}${file}`, 'utf8')) as {
        spec: {
          group: string;
          names: { kind: string };
          versions: { name: string; schema: { openAPIV3Schema: object } }[];
        };
      };
      for (const { name, schema } of crd.spec.versions) {
        schemas.set(`${crd.spec.group}/${name}/${crd.spec.names.kind}`, schema.openAPIV3Schema);
      }
    }
  }
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    unicodeRegExp: false,
    allErrors: true,
  });
  const covered = names.filter((name) => {
    const { apiVersion, kind } = manifest(context(), name, secrets);
    return schemas.has(`${apiVersion}/${kind}`);
  });

  test('all custom kinds have a schema', () => {
    const custom = names.filter((name) => {
      const { apiVersion, kind } = manifest(context(), name, secrets);
      return (
        /(\.|x-)k8s\.io\/|gke\.io\/|googleapis\.com\//.test(apiVersion) &&
        !/rbac|apiextensions/.test(`${apiVersion}${kind}`)
      );
    });
    expect(covered).toEqual(custom);
  });

  test.each(covered)('%s is valid, and spells every field as the schema does', (name) => {
    const object = manifest(context(), name, secrets);
    const schema = closed(schemas.get(`${object.apiVersion}/${object.kind}`));
    ajv.validate(schema, object);
    expect(ajv.errors ?? []).toEqual([]);
  });

  test.each(['inferencepool', 'inferenceobjective'])(
    'our own definition of %s accepts the same objects as the real one',
    (kind) => {
      const crd = manifest(context(), `inference/${kind}-crd`) as unknown as {
        metadata: { name: string };
        spec: {
          group: string;
          names: { kind: string };
          versions: { name: string; schema: { openAPIV3Schema: object } }[];
        };
      };
      const [version] = crd.spec.versions;
      const real = schemas.get(`${crd.spec.group}/${version?.name ?? ''}/${crd.spec.names.kind}`);
      expect(fieldsOf(version?.schema.openAPIV3Schema)).toEqual(fieldsOf(real));
    },
  );
});

/** The schema that refuses unknown fields: the API server prunes them silently. */
function closed(node: unknown): object {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node as object;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) copy[key] = closed(value);
  const isMetadata = !('properties' in copy) || 'x-kubernetes-preserve-unknown-fields' in copy;
  if (!isMetadata && !('additionalProperties' in copy) && copy['type'] === 'object') {
    copy['additionalProperties'] = false;
  }
  return copy;
}

/** Paths, types and requirements of a schema, without descriptions and limits. */
function fieldsOf(node: unknown, path = ''): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, properties, items, required, additionalProperties } = node as {
    type?: string;
    properties?: Record<string, unknown>;
    items?: unknown;
    required?: string[];
    additionalProperties?: unknown;
  };
  if (path === '.metadata') return [];
  return [
    `${path}: ${type ?? ''} ${(required ?? [])
      .filter((name) => name !== 'spec')
      .toSorted()
      .join(',')}`,
    ...Object.entries(properties ?? {}).flatMap(([key, value]) =>
      fieldsOf(value, `${path}.${key}`),
    ),
    ...(items === undefined ? [] : fieldsOf(items, `${path}[]`)),
    ...(typeof additionalProperties === 'object'
      ? fieldsOf(additionalProperties, `${path}{}`)
      : []),
  ].toSorted();
}
