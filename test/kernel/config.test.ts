// Configuration variables: defaults, and missing or invalid values named all at once.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configuredSecrets, describeVariables, readConfig } from '../../src/kernel/config.ts';
import { LlmgwError } from '../../src/kernel/errors.ts';

const complete = {
  PROJECT_ID: 'llm-demo',
  HF_TOKEN: 'hf_0123456789',
  SLACK_BOT_TOKEN: 'xoxb-1-2-three',
  SLACK_SIGNING_SECRET: '0123456789abcdef',
  LLMGW_OPERATORS: 'U0OLIVIA, S0OPS',
  REDIS_URL: 'redis://:hunter2hunter2@127.0.0.1:6379',
};

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof LlmgwError) return error.fault.message;
    throw error;
  }
  throw new Error('was accepted');
}

test('an empty environment is refused with every missing variable and its purpose', () => {
  const message = refusal({});
  const required = [
    'PROJECT_ID',
    'HF_TOKEN',
    'SLACK_BOT_TOKEN',
    'SLACK_SIGNING_SECRET',
    'LLMGW_OPERATORS',
    'REDIS_URL',
  ];
  for (const name of required) expect(message).toMatch(new RegExp(`${name} is missing: .{10,}`));
});

test('an empty value counts as missing', () => {
  expect(refusal({ ...complete, HF_TOKEN: '' })).toContain('HF_TOKEN is missing');
});

test.each([
  ['APIGEE_REGION', 'europe-west1', 'must equal REGION'],
  ['ZONE', 'europe-west1-b', 'must lie in REGION'],
  ['QUOTA', 'many', 'must read like 5/minute'],
  ['APIGEE_ENV', 'Apim-Op-Env', 'must be 2 to 32 lower-case letters'],
  ['APIGEE_ENV', 'apim_op_env', 'must be 2 to 32 lower-case letters'],
  ['APIGEE_ENV', 'a', 'must be 2 to 32 lower-case letters'],
  ['APIGEE_ENV', '1-env', 'must be 2 to 32 lower-case letters'],
  ['APIGEE_ENV', 'env-', 'must be 2 to 32 lower-case letters'],
  ['APIGEE_ENV', 'e'.repeat(33), 'must be 2 to 32 lower-case letters'],
  ['APIGEE_ORG', 'other-org', 'must equal PROJECT_ID (llm-demo) or be left out, as the Apigee'],
  ['NETWORK', 'projects/host/global/networks/shared', 'of another project (Shared VPC) are not'],
  ['SUBNET', 'projects/host/regions/us-central1/subnetworks/a', 'another project (Shared VPC)'],
  ['PSC_SUBNET', 'host/psc', 'networks of another project (Shared VPC) are not supported'],
  ['GATEWAY_HOST', '34.1.2.3', 'must be a domain name'],
  ['GATEWAY_HOST', 'https://llm.example.com', 'must be a domain name'],
  ['GATEWAY_HOST', 'llm.example.com:8080', 'must be a domain name'],
  ['GATEWAY_HOST', 'llm', 'must be a domain name'],
  ['SLACK_BOT_TOKEN', 'token', 'must start with xoxb-'],
  ['SLACK_BOT_TOKEN', 'xoxb-123–234–AbCdEf', 'has a character that no token has'],
  ['SLACK_BOT_TOKEN', 'xoxb-123-AbCdEf\u200B', 'has a character that no token has'],
  ['SLACK_BOT_TOKEN', 'xoxb-123\nAbCdEf', 'has a character that no token has'],
  ['HF_TOKEN', 'hf_…', 'has a character that no token has'],
  ['LLMGW_OPERATORS', 'olivia', 'is not a Slack ID'],
  ['REDIS_URL', 'localhost', 'must start with redis://'],
  ['REDIS_URL', 'redis://:pa/ss@127.0.0.1:6379', 'percent-encoded'],
  ['REDIS_URL', 'redis://:100%25%zz@127.0.0.1:6379', 'percent-encoded'],
  ['REDIS_URL', 'redis://user:12#34@127.0.0.1:6379', 'percent-encoded'],
  ['REDIS_URL', 'redis://user:12/34@127.0.0.1:6379', 'percent-encoded'],
  ['REDIS_URL', 'redis://user:12?34@127.0.0.1:6379', 'percent-encoded'],
  ['REDIS_URL', 'redis://127.0.0.1:99999', 'percent-encoded'],
  ['REDIS_CA_FILE', '/nowhere/ca.pem', "can't be read: ENOENT"],
  ['DRAIN_SECONDS', '-1', '0'],
  ['CLUSTER_NAME', 'My_Cluster', 'must be lower-case'],
  ['PORT', '99999', '65535'],
  ['APPS_PER_PERSON', '0', '1'],
])('%s=%s is refused', (name, value, words) => {
  const message = refusal({ ...complete, [name]: value });
  expect(message).toContain(name);
  expect(message).toContain(words);
});

test.each([
  'redis://:hunter2hunter2@10.0.0.3:6379/1',
  'rediss://user:p%40ss%2Fw%23rd@redis.example:6380',
  'unix:///run/redis.sock?db=1',
  'redis://[::1]:6379',
])('%s is a valid URL of Redis', (url) => {
  expect(readConfig({ ...complete, REDIS_URL: url }).redisUrl).toBe(url);
});

test('no refusal repeats the password of Redis', () => {
  expect(refusal({ ...complete, REDIS_URL: 'redis://:hunter2/hunter2@h' })).not.toContain(
    'hunter2',
  );
});

test('the line break of a file does not end the signing secret', () => {
  const env = { ...complete, SLACK_SIGNING_SECRET: '0123456789abcdef\n' };
  expect(readConfig(env).slack.transport).toMatchObject({ signingSecret: '0123456789abcdef' });
});

test('no refusal repeats a secret', () => {
  const message = refusal({ ...complete, SLACK_BOT_TOKEN: 'not-a-bot-token-secret' });
  expect(message).not.toContain('not-a-bot-token-secret');
});

test('socket mode needs the app token instead of the signing secret', () => {
  const rest = { ...complete, SLACK_SIGNING_SECRET: '' };
  const message = refusal({ ...rest, SLACK_MODE: 'socket' });
  expect(message).toContain('SLACK_APP_TOKEN is missing');
  expect(message).not.toContain('SLACK_SIGNING_SECRET');
  const config = readConfig({ ...rest, SLACK_MODE: 'socket', SLACK_APP_TOKEN: 'xapp-1' });
  expect(config.slack.transport).toEqual({ mode: 'socket', appToken: 'xapp-1' });
});

test('the defaults are those of the sample', () => {
  const gateway = readConfig(complete).gateways['default'];
  expect(gateway).toMatchObject({
    apigeeOrg: 'llm-demo',
    network: 'default',
    subnet: 'default',
    region: 'us-central1',
    zone: 'us-central1-a',
    clusterName: 'infgw-cluster',
    machineType: 'c2-standard-16',
    nodeCount: 3,
    quota: { limit: 5, interval: 1, timeUnit: 'minute' },
    appsPerPerson: 3,
  });
});

test('every configured secret is known to the redactor', () => {
  expect(configuredSecrets(readConfig(complete)).sort()).toEqual(
    [
      'hunter2hunter2',
      complete.HF_TOKEN,
      complete.SLACK_BOT_TOKEN,
      complete.SLACK_SIGNING_SECRET,
    ].sort(),
  );
});

test('.env.example explains every variable, and no other', () => {
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  const explained = [...text.matchAll(/^# (.+)\n#? ?([A-Z_]+)=/gm)].map(([, purpose, name]) => ({
    name,
    purpose,
  }));
  expect(explained).toEqual(describeVariables().map(({ name, purpose }) => ({ name, purpose })));
});
