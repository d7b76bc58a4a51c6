// Browser tests of the page with a recording app: blocks, menus, dialogs, accessibility.
import type { types } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { servePage } from '../../../page/serve-page.ts';
import { type RecordingApp, startRecordingApp } from '../../slack/support/recording-app.ts';
import { type SlackSandbox, startSlack } from '../../slack/support/slack-sandbox.ts';
import { webClient } from '../../slack/support/web-client.ts';
import {
  describeInBrowser,
  openBrowser,
  type OpenBrowser,
  type OpenPage,
  phone,
} from './open-browser.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
const options = ['one', 'two', 'three'].map((value) => ({ text: plain(`Option ${value}`), value }));
const richText = (text: string) => ({
  type: 'rich_text',
  elements: [
    { type: 'rich_text_section', elements: [{ type: 'text', text, style: { bold: true } }] },
    {
      type: 'rich_text_list',
      style: 'bullet',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: 'U0BOB' }] }],
    },
  ],
});
/** The smallest image, as a data address: no fetch. */
const dot = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const gallery: readonly object[] = [
  { type: 'header', text: plain('A header') },
  {
    type: 'section',
    text: mrkdwn('*bold* _slanted_ ~struck~ `code` <https://example.com|a link> :lock: <@U0ALICE>'),
    fields: [mrkdwn('*Left*\n> quoted'), plain('Right')],
    accessory: { type: 'overflow', action_id: 'flow', options },
  },
  { type: 'section', text: mrkdwn('```\nline one\nline two\n```') },
  { type: 'divider' },
  { type: 'context', elements: [mrkdwn('context words'), plain('plain words')] },
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'go', text: plain('Go on'), style: 'primary' },
      {
        type: 'button',
        action_id: 'drop',
        text: plain('Drop it'),
        style: 'danger',
        confirm: {
          title: plain('Drop it?'),
          text: plain('It is gone then.'),
          confirm: plain('Drop'),
          deny: plain('Keep'),
        },
      },
      { type: 'static_select', action_id: 'pick', placeholder: plain('Pick one'), options },
      { type: 'users_select', action_id: 'who', placeholder: plain('Who') },
      { type: 'conversations_select', action_id: 'where', placeholder: plain('Where') },
      { type: 'datepicker', action_id: 'day', initial_date: '2026-01-31' },
      { type: 'timepicker', action_id: 'time', initial_time: '12:30' },
      { type: 'checkboxes', action_id: 'boxes', options },
      { type: 'radio_buttons', action_id: 'radios', options },
    ],
  },
  { type: 'image', image_url: dot, alt_text: 'A single dot', title: plain('Usage') },
  {
    type: 'markdown',
    text: '# Title\n\n- item **one**\n- item `two`\n\n| a | b |\n|---|---|\n| 1 | 2 |',
  },
  richText('rich words'),
  {
    type: 'plan',
    title: 'A plan',
    tasks: [
      {
        type: 'task_card',
        task_id: '1',
        title: 'First',
        status: 'complete',
        output: richText('x'),
      },
      { type: 'task_card', task_id: '2', title: 'Second', status: 'error' },
    ],
  },
  { type: 'alert', text: mrkdwn('Something is off'), level: 'warning' },
  {
    type: 'table',
    rows: [[{ type: 'raw_text', text: 'Name' }], [{ type: 'raw_text', text: 'value' }]],
  },
  { type: 'card', title: plain('A card'), body: plain('Its body') },
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'feedback',
        positive_button: { text: plain('Good answer'), value: 'good' },
        negative_button: { text: plain('Bad answer'), value: 'bad' },
      },
    ],
  },
];

describeInBrowser('the page', () => {
  let slack: SlackSandbox;
  let app: RecordingApp;
  let client: WebClient;
  let browser: OpenBrowser;
  let opened: OpenPage;
  let page: Page;

  beforeAll(async () => {
    app = await startRecordingApp();
    slack = await startSlack({ alsoServe: servePage });
    slack.setBotUrl(app.url);
    client = webClient(slack);
    browser = await openBrowser();
    opened = await browser.open(slack.url);
    page = opened.page;
    // This workspace has no cloud.
    await page.evaluate(() => localStorage.setItem('llmgw.cloud', 'closed'));
    await page.reload();
    opened.complaints.length = 0;
    await page.getByText('Welcome, Olivia.').waitFor();
  }, 60_000);
  afterEach(() => expect(opened.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await browser.close();
    await app.stop();
    await slack.stop();
  });

  const post = (text: string, blocks?: readonly object[], more: object = {}) =>
    client.chat.postMessage({
      channel: 'C0GATEWAY',
      text,
      ...(blocks === undefined ? {} : { blocks: blocks as types.KnownBlock[] }),
      ...more,
    });
  const told = (type: string) =>
    app.deliveries.map(({ body }) => body).findLast((body) => body['type'] === type);
  const action = (): unknown => (told('block_actions')?.['actions'] as unknown[] | undefined)?.[0];
  const message = (words: string): Locator =>
    page.getByRole('article').filter({ hasText: words }).last();
  const focused = (): Promise<string> =>
    page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

  it('the page draws every block type, readable in both themes', async () => {
    await post('the gallery', gallery);
    await message('A header').waitFor();
    expect(await page.getByText('Unsupported').count()).toBe(0);
    expect(await page.getByRole('img', { name: 'A single dot' }).count()).toBe(1);
    expect(await page.getByRole('img', { name: 'lock' }).count()).toBe(1);
    await opened.expectAccessible('the gallery');
    await opened.pictures('blocks');
  });

  it('the page marks an unknown block', async () => {
    await page.route('**/_sandbox/slack/screen*', async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replaceAll('"type":"divider"', '"type":"hologram"');
      await route.fulfill({ response, body });
    });
    await post('a nudge');
    await page.getByText('Unsupported block: hologram').waitFor();
    await page.unroute('**/_sandbox/slack/screen*');
    await post('another nudge');
    await page.getByText('Unsupported block').waitFor({ state: 'detached' });
  });

  it('menus work with arrow keys and letters, send the choice and return the focus', async () => {
    const pick = page.getByRole('button', { name: 'Pick one' });
    await pick.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menu', { name: 'Pick one' }).waitFor();
    await opened.expectAccessible('a menu');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect.poll(action).toMatchObject({ selected_option: { value: 'three' } });
    await expect.poll(focused).toBe('Option three');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    expect(await focused()).toBe('Option three');

    await page.getByRole('button', { name: 'Who', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'Bob Brandt' }).click();
    await expect.poll(action).toMatchObject({ selected_user: 'U0BOB' });
    await page.getByLabel('Option two').first().check();
    await expect.poll(action).toMatchObject({ selected_options: [{ value: 'two' }] });
    await page.getByRole('button', { name: 'Bad answer' }).click();
    await expect.poll(action).toMatchObject({ value: 'bad' });
  });

  it('a button with a confirmation asks first, and Escape cancels it', async () => {
    const drop = page.getByRole('button', { name: 'Drop it' });
    const question = page.getByRole('alertdialog', { name: 'Drop it?' });
    const before = app.deliveries.length;
    await drop.focus();
    await page.keyboard.press('Enter');
    await question.waitFor();
    await opened.expectAccessible('a confirmation');
    // The safe answer has the focus, and Tab stays in the dialog.
    expect(await focused()).toBe('Keep');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Drop');
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await focused()).toBe('Drop it');
    expect(app.deliveries).toHaveLength(before);
    await page.keyboard.press('Enter');
    await question.getByRole('button', { name: 'Drop', exact: true }).click();
    await expect.poll(action).toMatchObject({ action_id: 'drop' });
  });

  it('a modal shows errors under fields, a second modal on top, and every input type', async () => {
    const input = (block_id: string, element: object) => ({
      type: 'input',
      block_id,
      label: plain(`The ${block_id}`),
      element: { action_id: 'a', ...element },
    });
    const view = (title: string, blocks: readonly object[]) =>
      ({ type: 'modal', title: plain(title), submit: plain('Send it'), blocks }) as types.ModalView;
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(action).toMatchObject({ action_id: 'go' });
    await client.views.open({
      trigger_id: String(told('block_actions')?.['trigger_id']),
      view: view('A form', [
        input('name', { type: 'plain_text_input' }),
        input('story', { type: 'plain_text_input', multiline: true }),
        input('choice', { type: 'static_select', options }),
        input('boxes', { type: 'checkboxes', options }),
        input('radio', { type: 'radio_buttons', options }),
        input('number', { type: 'number_input', is_decimal_allowed: false }),
        input('day', { type: 'datepicker', initial_date: '2026-01-31' }),
        input('person', { type: 'users_select', initial_user: 'U0BOB' }),
      ]),
    });
    const form = page.getByRole('dialog', { name: 'A form' });
    await form.waitFor();
    await opened.expectAccessible('a form');
    await opened.pictures('form');
    await form.getByLabel('The name').fill('x');
    await form.getByRole('button', { name: 'Send it' }).click();
    await form.getByText('Please complete this required field.').first().waitFor();
    await opened.expectAccessible('errors in a form');
    await form.getByLabel('The story').fill('y');
    await form.getByLabel('The choice').selectOption('two');
    await form.getByRole('checkbox', { name: 'Option one' }).check();
    await form.getByRole('checkbox', { name: 'Option three' }).check();
    await form.getByRole('radio', { name: 'Option two' }).check();
    await form.getByLabel('The number').fill('7');
    app.answer = { body: { response_action: 'errors', errors: { name: 'That name is taken.' } } };
    await form.getByRole('button', { name: 'Send it' }).click();
    await form.getByText('That name is taken.').waitFor();
    await expect.poll(() => form.getByLabel('The story').inputValue()).toBe('y');
    app.answer = {
      body: {
        response_action: 'push',
        view: view('On top', [input('more', { type: 'plain_text_input' })]),
      },
    };
    await form.getByRole('button', { name: 'Send it' }).click();
    await page.getByRole('dialog', { name: 'On top' }).waitFor();
    expect(told('view_submission')).toMatchObject({
      view: {
        state: {
          values: {
            name: { a: { value: 'x' } },
            choice: { a: { selected_option: { value: 'two' } } },
            boxes: { a: { selected_options: [{ value: 'one' }, { value: 'three' }] } },
            radio: { a: { selected_option: { value: 'two' } } },
            number: { a: { value: '7' } },
            day: { a: { selected_date: '2026-01-31' } },
            person: { a: { selected_user: 'U0BOB' } },
          },
        },
      },
    });
    app.answer = {};
    await page.keyboard.press('Escape');
    await form.waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  });

  it('a thread opens beside the conversation, has Slack’s Stop, and announces new messages once', async () => {
    const root = await post('A long run');
    await post('the first reply', undefined, { thread_ts: root.ts });
    await client.apiCall('agents.sessions.setStatus', {
      channel_id: 'C0GATEWAY',
      thread_ts: root.ts,
      status: 'processing',
    });
    await page.getByRole('button', { name: '1 reply' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText('the first reply').waitFor();
    await thread.getByRole('button', { name: 'Stop' }).click();
    await expect
      .poll(() => (told('event_callback')?.['event'] as { type?: string } | undefined)?.type)
      .toBe('agent_session_stopped');
    await page.keyboard.press('F6');
    await thread.getByRole('combobox').fill('and mine');
    await page.keyboard.press('Enter');
    await thread.getByText('and mine').waitFor();
    await opened.expectAccessible('a thread');
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'detached' });
    const spoken = page.getByRole('status').getByText('LLM Gateway: the first reply');
    expect(await spoken.count()).toBe(1);
  });

  it('the page marks unread, ephemeral and uploaded content', async () => {
    await client.chat.postEphemeral({ channel: 'C0GATEWAY', user: 'U0OLIVIA', text: 'psst' });
    await message('psst').getByText('Only visible to you').waitFor();
    await message('psst').getByRole('button', { name: 'Dismiss' }).click();
    await message('psst').waitFor({ state: 'detached' });
    await client.chat.postMessage({ channel: 'C0GENERAL', text: 'hello <@U0OLIVIA>' });
    const general = page.getByRole('button', { name: /^general/ });
    await expect.poll(() => general.textContent()).toContain('1 for you');
    await general.click();
    await page.getByText('New', { exact: true }).waitFor();
    await expect.poll(() => general.textContent()).toBe('general');
    await client.filesUploadV2({ channel_id: 'C0GENERAL', filename: 'log.txt', content: 'a line' });
    await page.getByRole('link', { name: 'Download' }).waitFor();
    await page.getByRole('button', { name: /^llm-gateway/ }).click();
  });

  it('the page fits a phone: the sidebar slides over, and nothing exceeds the screen width', async () => {
    await page.setViewportSize(phone);
    await page.getByRole('button', { name: 'Channels and people' }).click();
    await opened.expectAccessible('the sidebar of a phone');
    await page.getByRole('button', { name: 'random' }).click();
    await page.getByRole('heading', { name: '#random' }).waitFor();
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wider).toBe(false);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('the theme switch turns the page dark and persists', async () => {
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await expect.poll(ground).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).click();
    await expect.poll(ground).toBe(light);
  });
});
