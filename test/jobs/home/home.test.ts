// Home tab without a worker: first page, later reports, and their order.
import type { Addressee } from '../../../src/job/addressee.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayHome, HomeReport } from '../../../jobs/home/report.ts';
import { isFaultCode } from '../../../src/slack/send/slack-faults.ts';
import { type HomePage, homeBlocks } from '../../../jobs/home/view.ts';
import { acceptViewBlocks } from '../../../sandbox/slack/blocks/accept-blocks.ts';
import { type TestWorkspace, botToken, openWorkspace } from '../../slack/open-workspace.ts';
import { mention, mrkdwn } from '../../../src/slack/messages/mrkdwn.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({ gateways: 'staging:\n  QUOTA: 20/minute\n' });
});
afterAll(() => slack.close());

const shown = async (as: string): Promise<string> =>
  JSON.stringify((await slack.screen(as)).home?.blocks ?? '');
const shows = (as: string, words: RegExp) =>
  expect.poll(() => shown(as), { timeout: 10_000 }).toMatch(words);
const request = (as: string, label: string) =>
  slack.post('click', { as, home: true, label, confirmed: true });

const ready = (gateway: string): GatewayHome => ({
  gateway,
  status: {
    found: {
      gateway,
      state: 'ready',
      cause: undefined,
      endpoint: 'http://127.9.9.9:8080',
      model: 'Qwen/Qwen2.5-1.5B-Instruct',
      pods: { ready: 3, desired: 3 },
      provenAt: 1_790_000_000_000,
      keys: 1,
      lease: undefined,
      lastRun: undefined,
    },
  },
  activeRun: undefined,
  apps: {
    found: [
      {
        app: `llmgw-${gateway}`,
        isMadeHere: true,
        isWorking: true,
        rows: [
          {
            masked: '•••wxyz',
            state: 'usable',
            issuedAt: 1_790_000_000_000,
            expiresAt: undefined,
            revokedBy: undefined,
          },
        ],
      },
    ],
  },
  quota: {
    found: {
      gateway,
      user: 'U0ALICE',
      isOwn: true,
      app: undefined,
      limit: 5,
      quota: '5 requests per minute',
      shownByApigee: undefined,
      used: [{ app: `llmgw-${gateway}`, used: 2, resetsAt: 1_790_000_060_000 }],
      sent: { span: 'week', from: 0, to: 1, unitMs: 86_400_000, series: [] },
    },
  },
});
/** From a page that was published while the person was an operator. */
const oldControls = {
  type: 'actions',
  elements: [
    ['Tear down', 'command.teardown', 'teardown default'],
    ['Set quota', 'home.quota', 'default'],
  ].map(([text, action_id, value]) => ({
    type: 'button',
    text: { type: 'plain_text', text },
    action_id,
    value,
  })),
};
const report = (user: string, ...gateways: string[]): HomeReport => ({
  user,
  at: Date.now(),
  gateways: gateways.map(ready),
});

describe('an opened Home', () => {
  test('Home shows that it is loading, and queues one job however often it is opened', async () => {
    await slack.post('open-home', { as: 'U0ALICE' });
    await shows('U0ALICE', /Updating[^]*Gateway default[^]*Gateway staging/);
    await slack.post('open-home', { as: 'U0ALICE' });
    await request('U0ALICE', 'Refresh');
    const jobs = await slack.payloads('home');
    expect(jobs).toMatchObject([{ to: { user: 'U0ALICE', channel: 'U0ALICE' } }]);
    // Nobody waits for maintenance jobs.
    expect((await slack.queues.listJobs()).queued).toEqual([]);
  });

  test('the Messages tab publishes no Home', async () => {
    await slack.post('open-home', { as: 'U0NADIA', tab: 'messages' });
    await slack.command('/llmgw help', 'U0NADIA');
    await slack.sees((each) => each.text.startsWith('Commands:'), 'U0NADIA');
    expect(await slack.payloads('home')).toHaveLength(1);
  });

  test('a report replaces the page, unless a later one is already shown', async () => {
    const early = await slack.slackNotifier.notifier.openHome('U0ALICE');
    const late = await slack.slackNotifier.notifier.openHome('U0ALICE');
    await late.show(report('U0ALICE', 'default', 'staging'));
    await early.show(report('U0ALICE'));
    await shows('U0ALICE', /Updated[^]*Ready\.[^]*•••wxyz[^]*2 of 5, 3 left/);
    expect(await shown('U0ALICE')).not.toContain('Updating');
  });

  test('Refresh shows its progress on the current page until the new report', async () => {
    await request('U0ALICE', 'Refresh');
    await shows('U0ALICE', /Updated[^]*Updating\* since[^]*•••wxyz/);
    const page = await slack.slackNotifier.notifier.openHome('U0ALICE');
    await page.show(report('U0ALICE', 'default'));
    expect(await shown('U0ALICE')).not.toContain('Updating');
  });
});

describe('actions on Home', () => {
  test('an operator has controls, and their results open in a modal', async () => {
    const page = await slack.slackNotifier.notifier.openHome('U0OLIVIA');
    await page.show(report('U0OLIVIA', 'default'));
    expect(await shown('U0OLIVIA')).toMatch(
      /Diagnose[^]*Plan[^]*Provision[^]*Set quota[^]*Tear down/,
    );
    expect(await shown('U0ALICE')).not.toMatch(/"(Diagnose|Plan|Provision|Set quota|Tear down)"/);
    await request('U0OLIVIA', 'Diagnose');
    const text = async () => JSON.stringify((await slack.screen('U0OLIVIA')).modals);
    await expect.poll(text).toContain('Diagnosing `default`');
    const [asked] = (await slack.payloads('doctor')) as { to: Addressee }[];
    if (asked === undefined) throw new Error('no job');
    const { to } = asked;
    await slack.slackNotifier.notifier.fail(to, {
      kind: 'permanent',
      code: 'denied',
      message: 'No look',
    });
    await expect.poll(text).toContain('No look.');
    await slack.post('close-view', { as: 'U0OLIVIA' });
    const direct = (await slack.screen('U0OLIVIA')).messages.filter(({ channel }) =>
      channel.startsWith('D'),
    );
    expect(direct).toEqual([]);
  });

  test('a former operator is refused in a modal, and sees the page without controls', async () => {
    const before = (await slack.payloads('home')).length;
    const publish = { user_id: 'U0BOB', view: { type: 'home', blocks: [oldControls] } };
    const response = await fetch(`${slack.sandboxUrl}/slack/api/views.publish`, {
      method: 'POST',
      headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(publish),
    });
    expect(await response.json()).toMatchObject({ ok: true });
    for (const label of ['Tear down', 'Set quota']) {
      await request('U0BOB', label);
      await expect
        .poll(async () => JSON.stringify((await slack.screen('U0BOB')).modals))
        .toContain('Only operators can do this');
      await slack.post('close-view', { as: 'U0BOB' });
    }
    await expect.poll(async () => (await slack.payloads('home')).length).toBe(before + 1);
    expect((await slack.queues.listJobs()).queued.map(({ name }) => name)).not.toContain(
      'teardown-look',
    );
  });

  test('help opens in a modal', async () => {
    await request('U0ALICE', 'Show commands');
    await expect
      .poll(async () => JSON.stringify((await slack.screen('U0ALICE')).modals))
      .toContain('*Everyone*');
    await slack.post('close-view', { as: 'U0ALICE' });
  });

  test('Ask opens the prompt modal, and the answer can go to direct messages only', async () => {
    await request('U0ALICE', 'Ask');
    await expect.poll(async () => (await slack.screen('U0ALICE')).modals.length).toBe(1);
    const [window] = (await slack.screen('U0ALICE')).modals;
    expect(JSON.stringify(window)).toContain('in your direct messages with the bot');
    expect(JSON.stringify(window)).not.toContain('Everyone in the channel');
    await slack.post('submit', { as: 'U0ALICE', viewId: window?.id, values: { prompt: 'Why?' } });
    const [asked] = await slack.payloads('ask');
    expect(asked).toMatchObject({
      gateway: 'default',
      to: { user: 'U0ALICE', channel: 'U0ALICE' },
    });
  });

  test('the settings of an operator are planned in the same modal', async () => {
    await request('U0OLIVIA', 'Set quota');
    await expect.poll(async () => (await slack.screen('U0OLIVIA')).modals.length).toBe(1);
    const submit = (quota: string) =>
      slack.post('submit', { as: 'U0OLIVIA', values: { quota } }) as Promise<{ errors?: object }>;
    expect((await submit('often!')).errors).toMatchObject({
      quota: 'Enter a quota such as 20/minute.',
    });
    await submit('often');
    const text = async () => JSON.stringify((await slack.screen('U0OLIVIA')).modals);
    await expect.poll(text).toMatch(/Write a quota as|Gateway default doesn't exist yet/);
    await slack.post('close-view', { as: 'U0OLIVIA' });
  });
});

test('a page that Slack refuses is a separate fault, which is logged and not shown', async () => {
  slack.fault({
    operation: 'views.publish',
    action: {
      kind: 'status',
      status: 200,
      headers: {},
      body: JSON.stringify({ ok: false, error: 'not_enabled' }),
    },
    times: 1,
  });
  const page = await slack.slackNotifier.notifier.openHome('U0BOB');
  const refused = await page.show(report('U0BOB', 'default')).catch((error: unknown) => error);
  expect(isFaultCode(refused, 'home_off')).toBe(true);
});

describe('Home with any number of gateways', () => {
  const page = (names: readonly string[]): HomePage => ({
    user: 'U0OLIVIA',
    isOperator: true,
    operators: mention('U0OLIVIA'),
    gateways: names.map((name) => ({ name, home: ready(name), card: undefined })),
    readAt: 1,
    lookingSince: undefined,
    notice: { text: mrkdwn`Taken in.`, at: 1 },
    waiting: [],
    now: 2,
  });
  const names = (count: number) => Array.from({ length: count }, (_, at) => `gateway-${at}`);

  test.each([0, 1, 5, 12, 60, 200])('%i gateways fit into the limits of Slack', (count) => {
    const blocks = homeBlocks(page(names(count)));
    expect(() => acceptViewBlocks(blocks, () => 'b')).not.toThrow();
    expect(blocks.length).toBeLessThanOrEqual(100);
  });

  test('gateways without room for details still show their status', () => {
    const text = JSON.stringify(homeBlocks(page(names(30))));
    expect(text).toContain('*Gateway `gateway-29`:* :white_check_mark: *Ready.*');
    // The actions and views for all gateways stay.
    expect(text).toMatch(/Refresh[^]*Show commands[^]*Show jobs/);
  });
});
