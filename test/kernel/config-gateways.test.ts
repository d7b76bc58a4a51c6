// Named gateways: overrides of the environment in the file, and invalid entries.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/kernel/config.ts';
import { toFault } from '../../src/kernel/errors.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'llmgw-config-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const environment = {
  PROJECT_ID: 'llm-demo',
  HF_TOKEN: 'hf_0123456789',
  SLACK_BOT_TOKEN: 'xoxb-1-2-three',
  SLACK_SIGNING_SECRET: '0123456789abcdef',
  LLMGW_OPERATORS: 'U0OLIVIA',
  REDIS_URL: 'redis://127.0.0.1:6379',
  NODE_COUNT: '2',
};

function read(yaml: string, more: Record<string, string> = {}): Config {
  const path = join(directory, 'gateways.yaml');
  writeFileSync(path, yaml);
  return readConfig({ ...environment, ...more, LLMGW_GATEWAYS: path });
}

function refusal(yaml: string, more: Record<string, string> = {}): string {
  try {
    read(yaml, more);
  } catch (error) {
    return toFault(error).message;
  }
  throw new Error('was accepted');
}

test('the environment alone defines one gateway, called default', () => {
  expect(Object.keys(readConfig(environment).gateways)).toEqual(['default']);
});

test('an entry overrides the environment, and inherits the rest', () => {
  const { gateways } = read('staging:\n  QUOTA: 20/minute\n  ZONE: us-central1-b\nlab:\n');
  expect(Object.keys(gateways)).toEqual(['default', 'staging', 'lab']);
  expect(gateways['staging']).toMatchObject({
    name: 'staging',
    projectId: 'llm-demo',
    zone: 'us-central1-b',
    nodeCount: 2,
    quota: { limit: 20, interval: 1, timeUnit: 'minute' },
  });
  expect(gateways['default']).toMatchObject({ zone: 'us-central1-a', quota: { limit: 5 } });
});

test('gateways of one project share neither cluster nor Apigee environment', () => {
  const { gateways } = read('staging: {}\nlab: { CLUSTER_NAME: lab, APIGEE_ENV: lab-env }', {
    CLUSTER_NAME: 'llm',
  });
  const names = Object.values(gateways).map((one) => [one.clusterName, one.apigeeEnv]);
  expect(names).toEqual([
    ['llm', 'apim-op-env'],
    ['llm-staging', 'apim-op-env-staging'],
    ['lab', 'lab-env'],
  ]);
});

test('a gateway of another project uses the organization of that project', () => {
  const { gateways } = read('staging: { PROJECT_ID: llm-staging }', { APIGEE_ORG: 'llm-demo' });
  expect(gateways['default']?.apigeeOrg).toBe('llm-demo');
  expect(gateways['staging']?.apigeeOrg).toBe('llm-staging');
});

test('an invalid derived name is reported with its variable and the remedy', () => {
  const message = refusal('twenty-characters-ab: {}', { APIGEE_ENV: 'apim-op-env-us' });
  expect(message).toContain('twenty-characters-ab: APIGEE_ENV must be 2 to 32 lower-case letters');
  expect(message).toContain(
    "apim-op-env-us-twenty-characters-ab was derived from the gateway's name: set APIGEE_ENV for twenty-characters-ab in the file",
  );
});

test.each([
  ['default: {}', 'default: is reserved for the environment variables'],
  ['Staging: {}', 'Staging: use at most 20'],
  ['staging: { HF_TOKEN: hf_1 }', 'staging: HF_TOKEN is not a gateway variable'],
  ['staging: { QUOTA: many }', 'staging: QUOTA must read like 5/minute'],
  ['staging: { ZONE: europe-west1-b }', 'staging: ZONE must lie in REGION'],
  ['staging: { CLUSTER_NAME: infgw-cluster }', 'uses the cluster infgw-cluster of gateway'],
  ['staging: { APIGEE_ORG: other }', 'staging: APIGEE_ORG must equal PROJECT_ID (llm-demo)'],
  ['staging: { APIGEE_ENV: Env }', 'staging: APIGEE_ENV must be 2 to 32 lower-case letters'],
  ['staging: { NETWORK: host/shared }', 'staging: NETWORK must be a name in PROJECT_ID'],
  ['staging: 5', 'staging: must contain variables'],
  ['- staging', 'must map gateway names to variables'],
  ['staging: { QUOTA', 'cannot be read'],
])('%s is refused', (yaml, words) => {
  const message = refusal(yaml);
  expect(message).toContain('LLMGW_GATEWAYS');
  expect(message).toContain(words);
});

test('all invalid entries are named at once', () => {
  const message = refusal('staging: { QUOTA: many }\nlab: { ZONE: europe-west1-b }');
  expect(message).toContain('staging: QUOTA');
  expect(message).toContain('lab: ZONE');
});

test('a missing file is named', () => {
  const path = join(directory, 'missing.yaml');
  expect(() => readConfig({ ...environment, LLMGW_GATEWAYS: path })).toThrow(/missing\.yaml/);
});
