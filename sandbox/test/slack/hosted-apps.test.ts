// Tests of several apps in one workspace, with separate bots, tokens and deliveries.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { App, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RecordingApp, startRecordingApp } from './support/recording-app.ts';
import { type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { refusal, webClient } from './support/web-client.ts';

const channel = 'C0GATEWAY';
const endings: (() => Promise<unknown>)[] = [];
let slack: SlackSandbox;
let llmgw: RecordingApp;
beforeEach(async () => {
  slack = await startSlack();
  llmgw = await startRecordingApp();
  slack.setBotUrl(llmgw.url);
});
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  await llmgw.stop();
  await slack.stop();
});

const manifestOf = (name: string, command: string, more: object = {}) => ({
  display_information: { name },
  features: {
    app_home: { home_tab_enabled: true },
    bot_user: { display_name: name },
    slash_commands: [{ command, description: 'Runs a sample command' }],
    shortcuts: [
      { name: `Ask ${name}`, type: 'global', callback_id: 'sample', description: 'Runs a sample' },
    ],
    ...more,
  },
  oauth_config: {
    scopes: {
      bot: [
        'app_mentions:read',
        'assistant:write',
        'channels:history',
        'chat:write',
        'commands',
        'im:history',
      ],
    },
  },
  settings: {
    event_subscriptions: {
      bot_events: ['app_home_opened', 'app_mention', 'message.channels', 'message.im'],
    },
    interactivity: { is_enabled: true },
    socket_mode_enabled: true,
  },
});

interface Installed {
  readonly app: { readonly id: string; readonly botUser: string; readonly botId: string };
  readonly environment: Readonly<Record<string, string>>;
}

const install = async (manifest: object, more: object = {}): Promise<Installed> =>
  (await slack.human('apps', { manifest, ...more })) as unknown as Installed;

/** Starts an app as Slack's samples do: from environment variables only. */
async function startSample(
  { environment }: Installed,
  addListeners: (app: App) => void,
): Promise<App> {
  const variable = (name: string): string => environment[name] ?? expect.fail(`no ${name}`);
  const app = new App({
    token: variable('SLACK_BOT_TOKEN'),
    appToken: variable('SLACK_APP_TOKEN'),
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: variable('SLACK_API_URL') },
  });
  addListeners(app);
  await app.start();
  endings.push(() => app.stop());
  return app;
}

const messages = async (as = 'alice', place = channel) => (await slack.screen(as, place)).messages;
const say = (text: string, place = channel) =>
  slack.human('message', { as: 'alice', channel: place, text });
const invite = (bot: string) =>
  slack.human('command', { as: 'alice', channel, text: `/invite @${bot}` });

it('each app has its own identity in auth.test and as the author of its messages', async () => {
  const [red, blue] = [
    await install(manifestOf('Red App', '/red')),
    await install(manifestOf('Blue App', '/blue')),
  ];
  await invite('red_app');
  const client = webClient(slack, red.environment['SLACK_BOT_TOKEN']);
  expect(await client.auth.test()).toMatchObject({
    user: 'red_app',
    user_id: red.app.botUser,
    bot_id: red.app.botId,
  });
  const { ts = '', message } = await client.chat.postMessage({ channel, text: 'I am red' });
  expect(message).toMatchObject({ app_id: red.app.id, bot_id: red.app.botId });
  expect((await messages()).at(-1)?.from).toMatchObject({ name: 'red_app', realName: 'Red App' });
  const other = webClient(slack, blue.environment['SLACK_BOT_TOKEN']);
  expect(await refusal(other.chat.postMessage({ channel, text: 'x' }))).toMatchObject({
    error: 'not_in_channel',
  });
  await invite('blue_app');
  expect(await refusal(other.chat.update({ channel, ts, text: 'x' }))).toMatchObject({
    error: 'cant_update_message',
  });
});

it('commands, mentions and direct messages reach the addressed app', async () => {
  const red = await install(manifestOf('Red App', '/red'));
  const heard: string[] = [];
  await startSample(red, (app) => {
    app.command('/red', async ({ ack, respond }) => {
      await ack();
      await respond('Responding to the sample command!');
    });
    app.event('app_mention', async ({ event, say: answer }) => {
      heard.push(event.text);
      await answer({ text: 'You called?', thread_ts: event.ts });
    });
    app.message('hello', async ({ message, say: answer }) => {
      await answer(`Hey there <@${'user' in message ? message.user : ''}>!`);
    });
  });
  await invite('red_app');
  const ran = await slack.human('command', { as: 'alice', channel, text: '/red now' });
  expect(ran).toMatchObject({ ok: true, delivered: true });
  await expect
    .poll(async () => (await messages()).map(({ text }) => text))
    .toContain('Responding to the sample command!');
  await say('@red_app are you there?');
  await expect.poll(() => heard).toHaveLength(1);
  await say('hello', 'red_app');
  const direct = async () => (await messages('alice', 'red_app')).map(({ text }) => text);
  await expect.poll(direct).toEqual(['hello', 'Hey there <@U0ALICE>!']);
  await say('@llmgw hello');
  const mentions = () =>
    llmgw.deliveries.filter(({ body }) => JSON.stringify(body).includes('app_mention'));
  await expect.poll(mentions).toHaveLength(1);
  expect(heard).toHaveLength(1);
  expect(mentions()[0]?.body).toMatchObject({ api_app_id: 'A0LLMGW' });
});

it('buttons, modals, shortcuts and Home belong to the app that created them', async () => {
  const red = await install(manifestOf('Red App', '/red'));
  const submitted: string[] = [];
  await startSample(red, (app) => {
    app.event('app_home_opened', async ({ event, client }) => {
      const text = { type: 'mrkdwn', text: '*Welcome home*' } as const;
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: [{ type: 'section', text }] },
      });
    });
    app.shortcut('sample', async ({ ack, shortcut, client }) => {
      await ack();
      await client.views.open({
        trigger_id: shortcut.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'sample_view',
          title: { type: 'plain_text', text: 'Sample' },
          submit: { type: 'plain_text', text: 'Submit' },
          blocks: [
            {
              type: 'input',
              block_id: 'hopes',
              label: { type: 'plain_text', text: 'Hopes' },
              element: { type: 'plain_text_input', action_id: 'typed' },
            },
          ],
        },
      });
    });
    app.view('sample_view', async ({ ack, view }) => {
      await ack();
      submitted.push(view.state.values['hopes']?.['typed']?.value ?? '');
    });
    app.action('button_click', async ({ ack, body, client }) => {
      await ack();
      await client.chat.postMessage({ channel, text: `<@${body.user.id}> clicked the button` });
    });
  });
  await invite('red_app');
  await slack.human('open-home', { as: 'alice', app: red.app.id });
  const home = async () => {
    const shown = await fetch(`${slack.url}/_sandbox/slack/screen?as=alice&app=${red.app.id}`);
    return JSON.stringify(((await shown.json()) as { home?: object }).home ?? {});
  };
  await expect.poll(home).toContain('Welcome home');
  expect((await slack.screen('alice')).home).toBeUndefined();

  await slack.human('shortcut', { as: 'alice', shortcut: 'sample' });
  await expect.poll(async () => (await slack.screen('alice')).modals).toHaveLength(1);
  await slack.human('submit', { as: 'alice', values: { Hopes: 'many' } });
  expect(submitted).toEqual(['many']);

  const client = webClient(slack, red.environment['SLACK_BOT_TOKEN']);
  const button = { type: 'button', text: { type: 'plain_text', text: 'Click Me' } } as const;
  const elements = [{ ...button, action_id: 'button_click' }];
  const blocks = [{ type: 'actions', elements } as const];
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'Click', blocks });
  await slack.human('click', { as: 'alice', messageTs: ts, label: 'Click Me' });
  await expect
    .poll(async () => (await messages()).at(-1)?.text)
    .toBe('<@U0ALICE> clicked the button');
  expect(JSON.stringify(llmgw.deliveries)).not.toContain('block_actions');
});

it('an HTTP app gets its deliveries at its own URL, signed with its own secret', async () => {
  const blue = await startRecordingApp();
  endings.push(blue.stop);
  const manifest = manifestOf('Blue App', '/blue');
  Object.assign(manifest.settings, { socket_mode_enabled: false });
  Object.assign(manifest.settings.event_subscriptions, { request_url: `${blue.url}/events` });
  Object.assign(manifest.settings.interactivity, { request_url: `${blue.url}/interactive` });
  Object.assign(manifest.features.slash_commands[0] ?? {}, { url: `${blue.url}/command` });
  const { app } = await install(manifest);
  await slack.human('command', { as: 'alice', channel, text: '/blue' });
  expect(blue.deliveries).toMatchObject([{ body: { command: '/blue', api_app_id: app.id } }]);
  const signature = (of: RecordingApp) => of.deliveries.at(-1)?.headers['x-slack-signature'];
  expect(signature(blue)).toMatch(/^v0=/);
  await install(manifest, { requestUrl: `${llmgw.url}/slack/events` });
  await slack.human('command', { as: 'alice', channel, text: '/blue' });
  expect(llmgw.deliveries.at(-1)).toMatchObject({ body: { command: '/blue' } });
});

it('a reinstalled app keeps its tokens, and an invalid manifest is refused with the rule', async () => {
  const first = await install(manifestOf('Red App', '/red'));
  const again = await install(manifestOf('Red App', '/crimson'));
  expect(again).toEqual(first);
  const { commands } = (await (await fetch(`${slack.url}/_sandbox/slack/commands`)).json()) as {
    commands: { command: string }[];
  };
  expect(commands.map(({ command }) => command)).toEqual(['/llmgw', '/crimson']);
  const wrong = await slack.human('apps', { manifest: { features: {} } });
  expect(wrong).toMatchObject({ ok: false, error: 'invalid_manifest' });
  expect(wrong['message']).toContain('display_information');
});

it('a trigger cannot open a modal of another app', async () => {
  const red = await install(manifestOf('Red App', '/red'));
  llmgw.answer = {};
  await slack.human('command', { as: 'alice', channel, text: '/llmgw help' });
  const trigger_id = String(llmgw.deliveries.at(-1)?.body['trigger_id']);
  const title = { type: 'plain_text', text: 'x' } as const;
  const open = webClient(slack, red.environment['SLACK_BOT_TOKEN']).views.open({
    trigger_id,
    view: { type: 'modal', title, blocks: [] },
  });
  expect(await refusal(open)).toMatchObject({ error: 'invalid_trigger_id' });
});

it('an assistant gets an event for a new thread, suggests prompts and streams its response', async () => {
  const manifest = manifestOf('Helper', '/helper', {
    assistant_view: { assistant_description: 'Helps' },
  });
  manifest.settings.event_subscriptions.bot_events.push('assistant_thread_started');
  const helper = await install(manifest);
  await startSample(helper, (app) => {
    app.event('assistant_thread_started', async ({ event, client }) => {
      const { channel_id, thread_ts } = event.assistant_thread;
      const prompts = [{ title: 'Ask', message: 'Why?' }];
      await client.assistant.threads.setSuggestedPrompts({ channel_id, thread_ts, prompts });
    });
    app.message(async ({ message, client }) => {
      if (message.subtype !== undefined || message.thread_ts === undefined) return;
      const { channel: place, thread_ts } = message;
      await client.assistant.threads.setStatus({
        channel_id: place,
        thread_ts,
        status: 'thinking...',
      });
      const streamer = client.chatStream({ channel: place, thread_ts });
      await streamer.append({ markdown_text: 'Because.' });
      await streamer.stop();
    });
  });
  await slack.human('open-home', { as: 'alice', app: helper.app.id, tab: 'messages' });
  const threads = async () => (await slack.screen('alice')).assistantThreads;
  await expect
    .poll(async () => (await threads())[0]?.prompts)
    .toEqual([{ title: 'Ask', message: 'Why?' }]);
  const threadTs = (await threads())[0]?.threadTs;
  const asked = { as: 'alice', channel: 'helper', text: 'Why?', threadTs };
  await slack.human('message', asked);
  const answer = async () => (await messages('alice', 'helper')).at(-1);
  await expect.poll(answer).toMatchObject({ text: 'Because.', streaming: false, threadTs });
});

it('an app that ignores SLACK_API_URL reaches the sandbox through the preload', async () => {
  const red = await install(manifestOf('Red App', '/red'));
  const preload = new URL('../../sdk/slack-api-url.mjs', import.meta.url).href;
  const script = fileURLToPath(new URL('support/plain-app.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], {
    env: { ...process.env, ...red.environment, NODE_OPTIONS: `--import=${preload}` },
  });
  expect(stdout).toBe('I am red_app\n');
});
