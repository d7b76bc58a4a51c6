// Placeholders of the conformance kit: secrets removed, equal values named equally.
import { expect, test } from 'vitest';
import { createScrubber } from '../../../setup/conformance/compare/scrub.ts';

const planted = {
  googleToken: 'ya29.a0AfB_byC-planted_token.value-123',
  slackToken: 'xoxb-1234-5678-plantedSlackToken',
  appToken: 'xapp-1-A111-222-plantedAppToken',
  huggingFace: 'hf_plantedHuggingFaceTokenABCDEF',
  jwt: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJl-planted',
  consumerKey: 'aGk3YnBsYW50ZWRjb25zdW1lcmtleTAx',
  email: 'jo.planted+test@corp.example.co.uk',
  account: 'bot@planted-project.iam.gserviceaccount.com',
  uuid: '6F9619FF-8B86-D011-B42D-00CF4FC964FF',
  ipv4: '203.0.113.77',
  ipv6: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  slackId: 'U0PLANTED1',
  projectNumber: '987654321012',
  operation: 'operation-1700000000000-planted-abc',
  base64: 'cGxhbnRlZCBzZWNyZXQgdmFsdWUgdGhhdCBpcyBsb25nIGVub3VnaA==',
  pem: '-----BEGIN PRIVATE KEY-----\nplantedPrivateKey\n-----END PRIVATE KEY-----',
};

test.each(Object.entries(planted))('a %s is replaced in a sentence', (_kind, secret) => {
  const scrubbed = createScrubber().text(`Request of ${secret} was refused, see ${secret}.`);
  expect(scrubbed).not.toContain(secret);
  expect(scrubbed).not.toMatch(/planted/i);
  expect(scrubbed).toMatch(/<[a-z-]+-1>/);
});

test.each([
  ['consumerKey', 'short'],
  ['consumerSecret', 'short'],
  ['clientKey', 'short'],
  ['access_token', 'plain-word'],
  ['nextPageToken', 'plain-word'],
  ['masterPassword', 'plain-word'],
  ['clusterCaCertificate', 'plain-word'],
  ['private_key', 'plain-word'],
  ['client_secret', 'plain-word'],
  ['authorization', 'Basic cGxhaW4='],
  ['x-api-key', 'plain-word'],
])('the value of %s is replaced in any form', (field, value) => {
  const scrubbed = createScrubber().json({ [field]: value, list: [{ [field]: value }] });
  expect(JSON.stringify(scrubbed)).not.toContain(value);
});

test('a value of unknown form is replaced in a field with an unknown name', () => {
  const object = { nickname: 'correct horse battery staple', team: ['payments-internal'] };
  const scrubbed = createScrubber().json(object);
  expect(scrubbed).toEqual({ nickname: '<text-1>', team: ['<text-2>'] });
});

test('data of a Kubernetes Secret and keys of labels are replaced', () => {
  const scrubbed = createScrubber().json({
    kind: 'Secret',
    metadata: { labels: { 'corp.example/cost-centre': 'c42' } },
    data: { token: 'aGVsbG8=', plain: 'RUNNING' },
    stringData: { plain: '12' },
  });
  const text = JSON.stringify(scrubbed);
  for (const secret of ['aGVsbG8=', 'RUNNING', '"12"', 'cost-centre', 'c42']) {
    expect(text).not.toContain(secret);
  }
});

test('a registered value is replaced inside other text, the longest first', () => {
  const scrubber = createScrubber();
  scrubber.hide('acme', 'project');
  scrubber.hide('acme-secret-value', 'secret');
  expect(scrubber.text('projects/acme: acme-secret-value')).toBe(
    'projects/<project-1>: <secret-1>',
  );
});

test('equal values keep equal placeholders, and different ones differ', () => {
  const scrubber = createScrubber();
  const scrubbed = scrubber.json({ a: 'one name', b: 'other name', c: 'one name' });
  expect(scrubbed).toEqual({ a: '<text-1>', b: '<text-2>', c: '<text-1>' });
  expect(scrubber.text('jo@example.com and al@example.com and jo@example.com')).toBe(
    '<email-1> and <email-2> and <email-1>',
  );
});

test('states, codes, small numbers and names of llmgw stay readable', () => {
  const scrubber = createScrubber();
  scrubber.keep('inference-gateway');
  const object = {
    state: 'running',
    status: 'NOT_FOUND',
    errorcode: 'oauth.v2.InvalidApiKey',
    quota: { limit: '5', timeUnit: 'MINUTE' },
    replicas: 3,
    name: 'inference-gateway',
    hostnames: ['apim-enabled-dep-env-group-c78a00a.svc.google.com'],
  };
  expect(scrubber.json(object)).toEqual(object);
});

test('a sentence of a service stays readable without its ids', () => {
  const scrubbed = createScrubber().json({
    message: 'API has not been used in project 764086051850 before by jo@example.com.',
  });
  expect(scrubbed).toEqual({
    message: 'API has not been used in project <number-1> before by <email-1>.',
  });
});
