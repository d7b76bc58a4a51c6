// Tests of an unmodified Bolt bot, over HTTP and over Socket Mode.
import { once } from 'node:events';
import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningBot, httpBot, socketBot } from './support/bolt-bots.ts';
import { type SlackSandbox, startSlack } from './support/slack-sandbox.ts';

const MODAL = {
  type: 'modal' as const,
  callback_id: 'name',
  title: { type: 'plain_text' as const, text: 'Name it' },
  submit: { type: 'plain_text' as const, text: 'Save' },
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: { type: 'plain_text', text: 'Gateway name' },
      element: { type: 'plain_text_input', action_id: 'value', min_length: 3 },
    },
  ],
};

function addListeners(app: App): void {
  app.command('/llmgw', async ({ ack, command, client }) => {
    await ack({ text: `working on ${command.text}` });
    await client.chat.postMessage({
      channel: command.channel_id,
      text: 'Shall I?',
      metadata: { event_type: 'llmgw_outcome', event_payload: { status: 'asked', job: 'j-1' } },
      blocks: [
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              action_id: 'go',
              text: { type: 'plain_text', text: 'Go' },
              style: 'primary',
              confirm: { text: { type: 'mrkdwn', text: 'Really?' } },
            },
          ],
        },
      ],
    });
  });
  app.action('go', async ({ ack, body, client, respond }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    await client.views.open({ trigger_id: body.trigger_id, view: MODAL });
    await respond({ text: 'Opened a form.', response_type: 'ephemeral', replace_original: false });
  });
  app.view('name', async ({ ack, view, client, body }) => {
    const name = view.state.values['name']?.['value']?.value ?? '';
    if (name === 'taken') {
      await ack({ response_action: 'errors', errors: { name: 'That name is taken.' } });
      return;
    }
    await ack();
    await client.chat.postMessage({
      channel: 'C0GATEWAY',
      text: `<@${body.user.id}> chose ${name}`,
    });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `heard: ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
  });
}

describe.each([
  ['HTTP', httpBot],
  ['Socket Mode', socketBot],
])('Bolt app over %s', (_name, startBot) => {
  let slack: SlackSandbox;
  let bot: RunningBot;
  beforeEach(async () => {
    slack = await startSlack();
    bot = await startBot(slack, addListeners);
  });
  afterEach(async () => {
    await bot.stop();
    await slack.stop();
    expect(slack.ctx.unknown).toEqual([]);
  });

  const texts = async (as: string): Promise<string[]> =>
    (await slack.screen(as, 'llm-gateway')).messages.map((each) => each.text);

  it('a command leads to a message, an action, a modal and its submission', async () => {
    const typed = await slack.human('command', {
      as: 'alice',
      channel: '#llm-gateway',
      text: '/llmgw a <b> & c',
    });
    expect(typed).toMatchObject({ ok: true, delivered: true });
    await expect.poll(() => texts('alice')).toEqual(['working on a &lt;b&gt; &amp; c', 'Shall I?']);
    expect(await texts('bob')).toEqual(['Shall I?']);

    const question = (await slack.screen('bob', 'llm-gateway')).messages[0];
    expect(question?.metadata?.event_payload).toEqual({ status: 'asked', job: 'j-1' });
    const click = { as: 'bob', messageTs: question?.ts, label: 'go' };
    expect(await slack.human('click', click)).toMatchObject({
      ok: false,
      error: 'confirm_required',
      message: 'Really?',
    });
    expect(await slack.human('click', { ...click, confirmed: true })).toMatchObject({
      delivered: true,
    });
    await expect
      .poll(async () => (await slack.screen('bob')).modals.map((each) => each.title))
      .toEqual(['Name it']);
    expect((await slack.screen('alice')).modals).toEqual([]);
    await expect.poll(() => texts('bob')).toContain('Opened a form.');
    expect(await texts('alice')).not.toContain('Opened a form.');

    const submit = (value: string) =>
      slack.human('submit', { as: 'bob', values: { 'gateway name': value } });
    expect(await submit('ab')).toMatchObject({
      error: 'validation',
      errors: { name: 'This field must be at least 3 characters.' },
    });
    expect(await submit('taken')).toMatchObject({ errors: { name: 'That name is taken.' } });
    expect((await slack.screen('bob')).modals[0]?.errors).toEqual({ name: 'That name is taken.' });
    expect(await submit('prod')).toMatchObject({ delivered: true });
    expect((await slack.screen('bob')).modals).toEqual([]);
    await expect.poll(() => texts('nadia')).toContain('<@U0BOB> chose prod');
  });

  it('the bot gets mentions in its channels, and replies in the thread', async () => {
    await slack.human('message', { as: 'alice', channel: 'general', text: '@llmgw status' });
    await expect
      .poll(async () => (await slack.screen('bob', 'general')).messages.map((each) => each.text))
      .toEqual(['<@U0LLMGW> status', 'heard: <@U0LLMGW> status']);
    const [root, reply] = (await slack.screen('bob', 'general')).messages;
    expect(reply?.threadTs).toBe(root?.ts);
    await slack.human('message', { as: 'alice', channel: 'random', text: '@llmgw status' });
    const random = (await slack.screen('alice', 'random')).messages;
    expect(random.map((each) => [each.from.name, each.ephemeral])).toEqual([
      ['alice', false],
      ['Slackbot', true],
    ]);
    expect((await slack.screen('bob', 'random')).messages).toHaveLength(1);
  });
});

it('an unmodified Bolt receiver passes url_verification', async () => {
  const slack = await startSlack();
  expect(await slack.slack.verifyUrl()).toBe(false);
  const bot = await httpBot(slack, addListeners);
  expect(await slack.slack.verifyUrl()).toBe(true);
  await bot.stop();
  await slack.stop();
});

it('only the caller sees operation_timeout when no ack arrives within three seconds', async () => {
  const slack = await startSlack();
  const { createServer } = await import('node:http');
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  slack.setBotUrl(`http://127.0.0.1:${address.port}`);
  const typed = await slack.human('command', {
    as: 'alice',
    channel: 'llm-gateway',
    text: '/llmgw status',
  });
  expect(typed).toMatchObject({ delivered: false });
  const seen = (await slack.screen('alice', 'llm-gateway')).messages;
  expect(seen.map((each) => each.text)).toEqual([
    '/llmgw failed with the error "operation_timeout"',
  ]);
  expect((await slack.screen('bob', 'llm-gateway')).messages).toEqual([]);
  silent.closeAllConnections();
  silent.close();
  await slack.stop();
});
