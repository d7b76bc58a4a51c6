// Quota picture: shown once Slack has processed it, without delaying the numbers.
import type { Addressee } from '../../../src/job/addressee.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { QuotaReport } from '../../../jobs/quota/usage/report.ts';
import { fail } from '../../../src/kernel/errors.ts';
import { boltLog } from '../../../src/slack/send/bolt-log.ts';
import { createSlackApi } from '../../../src/slack/send/clients.ts';
import { uploadFile } from '../../../src/slack/send/upload-file.ts';
import { sendWithPicture } from '../../../jobs/quota/usage/with-picture.ts';
import { createPictures } from '../../../jobs/quota/usage/pictures.ts';
import { quiet } from '../../support/engine.ts';
import { botToken, openWorkspace, type TestWorkspace } from '../../slack/open-workspace.ts';

const pictures = createPictures({ log: quiet });
const { drawUsage } = pictures;

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => Promise.all([slack.close(), pictures.close()]));
afterEach(() => slack.clearFaults());

const hour = 3_600_000;
const sent = {
  span: 'day',
  from: 0,
  to: 24 * hour,
  unitMs: hour,
  series: [{ name: 'llmgw-default', points: [{ at: 0, requests: 12, errors: 3 }] }],
} as const;
const report: QuotaReport = {
  gateway: 'default',
  quota: '5 requests per minute',
  limit: 5,
  user: 'U0ALICE',
  isOwn: true,
  app: undefined,
  shownByApigee: undefined,
  used: [],
  sent,
};

let count = 0;
const newJob = (): string => `quota-picture${(count += 1)}`;
const seen = (job: string) => slack.sees((each) => JSON.stringify(each).includes(job), 'U0ALICE');
const pictureIn = (value: unknown): boolean => JSON.stringify(value).includes('slack_file');

const api = () =>
  createSlackApi({
    token: botToken,
    apiUrl: `${slack.sandboxUrl}/slack/api/`,
    logger: boltLog(quiet),
  });

test('an upload can be shown only after Slack has processed it', async () => {
  const { png, altText } = await drawUsage(sent);
  const file = { name: 'usage.png', title: 'Usage', content: png, altText };
  const id = await uploadFile({ api: api(), redactor: slack.redactor }, file);
  const blocks = [{ type: 'image', slack_file: { id }, alt_text: 'bars' }];
  const post = () =>
    api()
      .call('post', 'chat.postMessage', { channel: 'C0GATEWAY', text: 'x', blocks }, 'post')
      .then(
        () => 'shown',
        (error: unknown) => (error as { fault: { code: string } }).fault.code,
      );
  expect(await post()).toBe('file_not_ready');
  await expect.poll(post, { timeout: 5_000 }).toBe('shown');
  const ephemeral = { channel: 'C0GATEWAY', user: 'U0ALICE', text: 'x', blocks };
  await expect(
    api().call('ephemeral', 'chat.postEphemeral', ephemeral, 'answer'),
  ).rejects.toMatchObject({ fault: { code: 'file_not_ready' } });
});

test('direct messages show the numbers with the picture', async () => {
  const job = newJob();
  await slack.slackNotifier.notifier.showQuota(
    { user: 'U0ALICE', channel: 'U0ALICE', job },
    report,
  );
  const told = await seen(job);
  expect(pictureIn(told.blocks)).toBe(true);
  expect(JSON.stringify(told.blocks)).toContain('12 requests, 3 refused');
});

test('an ephemeral message shows the numbers at once, and a button that opens the picture', async () => {
  const job = newJob();
  await slack.slackNotifier.notifier.showQuota(
    { user: 'U0ALICE', channel: 'C0GATEWAY', job },
    report,
  );
  const told = await seen(job);
  expect(told.ephemeral).toBe(true);
  expect(pictureIn(told.blocks)).toBe(false);
  expect(JSON.stringify(told.blocks)).toContain('12 requests, 3 refused');
  await slack.click('Show chart', told.ts, 'U0ALICE');
  await expect.poll(async () => (await slack.screen('U0ALICE')).modals).toHaveLength(1);
  await expect.poll(async () => (await slack.payloads('quota')).length).toBe(1);
  const [payload] = (await slack.payloads('quota')) as { to: Addressee }[];
  if (payload === undefined) throw new Error('no job');
  await slack.slackNotifier.notifier.showQuota(payload.to, report);
  expect(pictureIn((await slack.screen('U0ALICE')).modals)).toBe(true);
  await slack.post('close-view', { as: 'U0ALICE' });
});

test('a closed modal leaves the numbers and the button in an ephemeral message', async () => {
  const first = newJob();
  await slack.slackNotifier.notifier.showQuota(
    { user: 'U0ALICE', channel: 'C0GATEWAY', job: first },
    report,
  );
  await slack.click('Show chart', (await seen(first)).ts, 'U0ALICE');
  await expect.poll(async () => (await slack.screen('U0ALICE')).modals).toHaveLength(1);
  await expect.poll(async () => (await slack.payloads('quota')).length).toBe(2);
  const payload = (await slack.payloads('quota')).at(-1) as { to: Addressee };
  await slack.post('close-view', { as: 'U0ALICE' });
  await slack.slackNotifier.notifier.showQuota(payload.to, report);
  const told = await seen(payload.to.job);
  expect(told.ephemeral).toBe(true);
  expect(JSON.stringify(told.blocks)).toContain('12 requests, 3 refused');
  expect(JSON.stringify(told.blocks)).toContain('Show chart');
});

test('a picture that is never processed is left out after a few seconds', async () => {
  const tries: (string | undefined)[] = [];
  const send = async (picture: string | undefined): Promise<void> => {
    tries.push(picture);
    if (picture !== undefined) throw fail('refused', 'file_not_ready', 'Not yet.');
  };
  await sendWithPicture('F1', send, quiet);
  expect(tries.length).toBeGreaterThan(3);
  expect(tries.indexOf(undefined)).toBe(tries.length - 1);
});

const refused = (error: string): string => JSON.stringify({ ok: false, error });

test.each([
  ['that Slack refuses otherwise', 'chat.postMessage', refused('invalid_blocks'), 1],
  ['whose upload Slack refuses', 'files.completeUploadExternal', refused('not_allowed'), 100],
])('a picture %s leaves the numbers', async (_what, operation, body, times) => {
  const job = newJob();
  const action = { kind: 'status', status: 200, body, headers: {} } as const;
  slack.fault({ operation, action, times });
  const to = { user: 'U0ALICE', channel: 'U0ALICE', job };
  await slack.slackNotifier.notifier.showQuota(to, report);
  const told = await seen(job);
  expect(JSON.stringify(told.blocks)).toContain('12 requests, 3 refused');
  expect(pictureIn(told.blocks)).toBe(false);
});

test('a message is sent without its picture when the token may not show it', async () => {
  const job = newJob();
  const body = JSON.stringify({ ok: false, error: 'missing_scope', needed: 'files:read' });
  const action = { kind: 'status', status: 200, body, headers: {} } as const;
  slack.fault({ operation: 'chat.postMessage', action, times: 1 });
  await slack.slackNotifier.notifier.showQuota(
    { user: 'U0ALICE', channel: 'U0ALICE', job },
    report,
  );
  const told = await seen(job);
  expect(JSON.stringify(told.blocks)).toContain('12 requests, 3 refused');
  expect(pictureIn(told.blocks)).toBe(false);
});

test('the numbers are sent without a picture that Slack accepts only in ten minutes', async () => {
  const job = newJob();
  const body = refused('ratelimited');
  const action = { kind: 'status', status: 429, body, headers: { 'retry-after': '600' } } as const;
  slack.fault({ operation: 'files.getUploadURLExternal', action });
  await slack.slackNotifier.notifier.showQuota(
    { user: 'U0ALICE', channel: 'U0ALICE', job },
    report,
  );
  const told = await seen(job);
  expect(JSON.stringify(told.blocks)).toContain('12 requests, 3 refused');
  expect(pictureIn(told.blocks)).toBe(false);
});

test('the text alternative of a file has at most 1,000 characters', async () => {
  const busy = Array.from({ length: 7 }, (_, index) => ({
    name: `a-rather-long-name-of-an-app-${index}`,
    points: Array.from({ length: 24 }, (_each, at) => ({ at: at * hour, requests: 9, errors: 1 })),
  }));
  const { altText } = await drawUsage({ ...sent, series: busy });
  expect(altText.length).toBeLessThanOrEqual(1_000);
  const file = { name: 'a.txt', title: 'a', content: 'a', altText: 'x'.repeat(5_000) };
  await uploadFile({ api: api(), redactor: slack.redactor }, file);
  await expect(
    api().call(
      'files',
      'files.getUploadURLExternal',
      { filename: 'a.txt', length: 1, alt_txt: 'x'.repeat(1_001) },
      'upload a file',
    ),
  ).rejects.toMatchObject({ fault: { details: { slack: 'alt_txt_too_large' } } });
});
