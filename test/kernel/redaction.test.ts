// Masking of secrets by value and by form, in texts and in streams.
import { Queue } from 'bullmq';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createRedactor } from '../../src/kernel/redaction.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { createOutgoing } from '../../src/slack/send/outgoing.ts';
import { redisUrl } from '../support/engine.ts';

const letters = 'Ab3dEf6hIjK9mNoPqRsTuVwXyZ0123456789AbCdEfGhIjKlMnOpQrStUvWxYz';
const consumerKey = letters.slice(0, 48);

/** Built from parts, so that no secret scanner takes them for real credentials. */
const credentials: [string, string][] = [
  ['an Apigee consumer key', consumerKey],
  ['a consumer key of an older organization', letters.slice(4, 36)],
  ['a Hugging Face token', `hf_${letters.slice(0, 34)}`],
  ['a bot token of Slack', `xoxb-${'1'.repeat(12)}-${'2'.repeat(12)}-${letters.slice(0, 24)}`],
  ['a rotated token of Slack', `xoxe.xoxb-1-${letters.slice(0, 40)}`],
  ['an app-level token of Slack', `xapp-1-A0123456789-${'3'.repeat(12)}-${'ab'.repeat(32)}`],
  ['an access token of Google', `ya29.${letters.slice(0, 40)}-_x`],
  ['a refresh token of Google', `1//0${letters.slice(0, 40)}`],
  ['an API key of Google', `AIza${letters.slice(0, 35)}`],
  ['a token of GitHub', `ghp_${letters.slice(0, 36)}`],
  ['a key of OpenAI’s form', `sk-proj-${letters.slice(0, 40)}`],
  [
    'a JSON Web Token',
    `eyJ${letters.slice(0, 20)}.eyJ${letters.slice(0, 30)}.${letters.slice(0, 43)}`,
  ],
  [
    'a private key',
    `-----BEGIN PRIVATE KEY-----\n${letters}\n${letters}\n-----END PRIVATE KEY-----`,
  ],
];

const { text, settled } = createRedactor();

test.each(credentials)('%s is masked at any position', (_name, secret) => {
  for (const [before, after] of [
    ['', ''],
    ['my key is ', ', please'],
    ['`', '`'],
    ['"x-api-key": "', '"'],
    ['key=', '&x=1'],
    ['Bearer ', '\n'],
    ['<https://x.example/?key=', '|link>'],
    ['<https://x.example/?url=y%3Fx-api-key%3D', '%26a=1>'],
    ['API_KEY_', ' and more'],
    ['curl -u', ': http://x.example'],
    [String.raw`{"prompt":"line\n`, '"}'],
  ]) {
    const masked = text(`${before}${secret}${after}`);
    expect(masked).toBe(`${before}•••${secret.slice(-4)}${after}`);
    expect(text(masked)).toBe(masked);
  }
});

test.each([
  'provision-default-k3f9x2ab',
  '2f1c7a52-6f0e-4d0c-9b0e-0f6b9c6a1d2e',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'https://hooks.slack.com/commands/T012ABCDE/123456789012/AbCdEfGhIjKlMnOpQrStUvWx',
  'projects/llm-demo/locations/us-central1-a/clusters/infgw-cluster',
  'apigee-apim-gsa@llm-demo.iam.gserviceaccount.com',
  'GatewayClassConditionStatusAcceptedWithoutADigit',
  `${letters}${letters}${letters}`,
  'hf_ is how a token begins, and xoxb too',
])('%s is not a secret', (words) => {
  expect(text(words)).toBe(words);
});

test.each(credentials.slice(0, 3))('%s is masked also in italics', (_name, secret) => {
  expect(text(`_${secret}_ is bad`)).toBe(`_•••${secret.slice(-4)}_ is bad`);
});

const secrets = [...credentials.map(([, secret]) => secret), 'registered secret with blanks'];
const blank = fc.constantFrom(' ', '\n', '. ');

test('a stream shows only the first characters of a credential', () => {
  const outgoing = createOutgoing(createRedactor(['registered secret with blanks']));
  const texts = fc.array(fc.tuple(fc.constantFrom(...secrets, 'The', 'capital'), blank));
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 9 }), (words, step) => {
      const whole = words.flat().join('');
      for (let end = step; end < whole.length; end += step) {
        const shown = outgoing.settled(whole.slice(0, end));
        for (const secret of secrets) expect(shown).not.toContain(secret.slice(0, 12));
      }
    }),
  );
});

test('a stream without credentials only grows, and ends as the whole text', () => {
  const outgoing = createOutgoing(createRedactor());
  fc.assert(
    fc.property(fc.lorem({ maxCount: 30 }), (words) => {
      for (let end = 1; end < words.length; end += 1) {
        expect(words.startsWith(outgoing.settled(words.slice(0, end)))).toBe(true);
      }
      expect(outgoing.whole(words)).toBe(words);
    }),
  );
});

test('only a long word at the end is held back', () => {
  expect(settled('The capital of France ')).toBe('The capital of France ');
  expect(settled('The capital of France')).toBe('The capital of France');
  expect(settled('The capitalization')).toBe('The ');
  expect(settled('首都は東京です')).toBe('首都は東京です');
});

const redis = connectRedis(redisUrl(), { redact: createRedactor(['known by value']).text });
const plain = connectRedis(redisUrl());
afterAll(() => Promise.all([redis.quit(), plain.quit()]));

test('a credential is masked before Redis stores it, also in a job of a queue', async () => {
  const queue = new Queue(`redaction-${process.pid}`, { connection: redis });
  await queue.add('ask', { prompt: `use ${consumerKey} and known by value` });
  await redis.multi().set('redaction', consumerKey).hset('redaction-h', 'a', consumerKey).exec();
  await redis.eval('return redis.call("set", KEYS[1], ARGV[1])', 1, 'redaction-e', consumerKey);
  const [job] = await queue.getWaiting();
  expect(job?.data).toEqual({ prompt: `use •••${consumerKey.slice(-4)} and •••alue` });
  const stored = [
    await plain.get('redaction'),
    await plain.hget('redaction-h', 'a'),
    await plain.get('redaction-e'),
  ];
  expect(stored).toEqual(stored.map(() => `•••${consumerKey.slice(-4)}`));
  await queue.obliterate({ force: true });
  await queue.close();
  await plain.del('redaction', 'redaction-h', 'redaction-e');
});
