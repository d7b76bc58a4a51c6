// Tests of the CLI process with a local Slack and an unmodified Bolt bot.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { App, BlockAction } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBot, httpBot } from '../slack/support/bolt-bots.ts';
import { type SlackSandbox, startSlack } from '../slack/support/slack-sandbox.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function addListeners(app: App): void {
  app.command('/llmgw', async ({ ack, command, client }) => {
    const section = (block_id: string, text: string) => ({
      type: 'section',
      block_id,
      text: { type: 'mrkdwn', text },
    });
    const outcome = (status: string, job: string) => ({
      event_type: 'llmgw_outcome',
      event_payload: { status, job },
    });
    const channel = command.channel_id;
    switch (command.text) {
      case 'status':
        await ack({ text: 'x', blocks: [section('llmgw.outcome:ok:status-1', 'All *well*.')] });
        return;
      case 'refuse':
        await ack({ text: 'x', blocks: [section('llmgw.outcome:refused:no-1', 'Not you.')] });
        return;
      case 'ask':
        await ack({ text: 'x', blocks: [section('llmgw.accepted:ask-1', 'Asking.')] });
        await client.chat.postMessage({
          channel,
          text: 'Other',
          metadata: outcome('failed', 'ask-2'),
        });
        await client.chat.postMessage({ channel, text: 'Paris', metadata: outcome('ok', 'ask-1') });
        return;
      case 'provision':
        await ack({ text: 'x', blocks: [section('llmgw.accepted:plan-1', 'Planning.')] });
        await client.chat.postMessage({
          channel,
          text: 'Provision?',
          metadata: outcome('asked', 'plan-1'),
          blocks: [
            section('question', 'Shall I build it?'),
            {
              type: 'actions',
              elements: [
                {
                  type: 'button',
                  action_id: 'go',
                  text: { type: 'plain_text', text: 'Provision' },
                  style: 'primary',
                  confirm: { text: { type: 'plain_text', text: 'It costs money.' } },
                },
                { type: 'button', action_id: 'form', text: { type: 'plain_text', text: 'Change' } },
              ],
            },
          ],
        });
        return;
      case 'doctor': {
        const offer = async (job: string, action_id: string, isMarked = false) => {
          const label = { type: 'plain_text' as const, text: 'Mend' };
          const elements = [{ type: 'button' as const, action_id, text: label }];
          await client.chat.postMessage({
            channel,
            text: job,
            ...(isMarked ? { metadata: outcome('asked', job) } : {}),
            blocks: [section('what', job), { type: 'actions', elements }],
          });
        };
        // The response is between two public messages with the same button.
        await offer('incident-1', 'other');
        await ack({ text: 'x', blocks: [section('llmgw.accepted:doctor-1', 'Looking.')] });
        await offer('doctor-1', 'go', true);
        await offer('incident-2', 'other');
        return;
      }
      default:
        await ack();
    }
  });
  app.action<BlockAction>('go', async ({ ack, body, client }) => {
    await ack();
    const place = { channel: 'C0GATEWAY', ts: body.message?.ts ?? '' };
    await client.chat.update({
      ...place,
      text: 'Started',
      blocks: [],
      metadata: { event_type: 'llmgw_accepted', event_payload: { job: 'run-1' } },
    });
    await client.chat.postMessage({
      channel: 'C0GATEWAY',
      text: 'Out of quota',
      metadata: { event_type: 'llmgw_outcome', event_payload: { status: 'failed', job: 'run-1' } },
    });
  });
  app.action<BlockAction>('form', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'form',
        title: { type: 'plain_text', text: 'Change it' },
        submit: { type: 'plain_text', text: 'Save' },
        blocks: [
          {
            type: 'input',
            block_id: 'nodes',
            label: { type: 'plain_text', text: 'Nodes' },
            element: { type: 'number_input', is_decimal_allowed: false, action_id: 'n' },
          },
        ],
      },
    });
  });
  app.shortcut({ type: 'message_action' }, async ({ ack, shortcut, client }) => {
    await ack();
    const about = 'message' in shortcut ? String(shortcut.message.text) : '';
    await client.chat.postEphemeral({
      channel: 'C0GATEWAY',
      user: shortcut.user.id,
      text: 'x',
      blocks: [
        {
          type: 'section',
          block_id: 'llmgw.outcome:ok:about-1',
          text: { type: 'plain_text', text: `About: ${about}` },
        },
      ],
    });
  });
  app.view('form', async ({ ack, view }) => {
    const nodes = view.state.values['nodes']?.['n']?.value ?? '';
    await ack({
      response_action: 'update',
      view: {
        type: 'modal',
        title: { type: 'plain_text', text: 'Changed' },
        blocks: [
          {
            type: 'section',
            block_id: 'llmgw.outcome:ok:form-1',
            text: { type: 'plain_text', text: `${nodes} nodes` },
          },
        ],
      },
    });
  });
}

describe('say CLI', () => {
  let slack: SlackSandbox;
  let bot: RunningBot;
  beforeAll(async () => {
    slack = await startSlack();
    bot = await httpBot(slack, addListeners);
  });
  afterAll(async () => {
    await bot.stop();
    await slack.stop();
  });

  const say = (...args: string[]): Promise<Said> => sayTo(slack.url, args);

  it("say prints the message on the person's screen, and marks ephemeral messages", async () => {
    const { code, out } = await say('/llmgw status');
    expect(out).toBe('llmgw in #llm-gateway (only visible to you):\n  All *well*.\n');
    expect(code).toBe(0);
  });

  it('say exits with 1 on a refusal', async () => {
    const { code, out } = await say('--as', 'bob', '/llmgw refuse');
    expect(out).toContain('Not you.');
    expect(code).toBe(1);
  });

  it('say waits for the outcome of its own job only', async () => {
    const { code, out } = await say('--wait', '--as', 'alice', '/llmgw ask');
    expect(out).toContain('Paris');
    expect(code).toBe(0);
  });

  it('say confirms a question with its primary button, reports it and follows the run', async () => {
    const { code, out } = await say('--wait', '/llmgw provision');
    expect(out).toContain('[Provision] [Change]');
    expect(out).toContain('Selecting [Provision]');
    expect(out).toContain('Confirming "It costs money."');
    expect(out).toContain('Out of quota');
    expect(code).toBe(1);
  });

  it('say does not confirm a question with --no-confirm', async () => {
    const { code, out } = await say('--wait', '--no-confirm', '/llmgw provision');
    expect(out).toContain('Shall I build it?');
    expect(out).not.toContain('Selecting');
    expect(code).toBe(0);
  });

  it('--click selects a button of the response, not of an unrelated public message', async () => {
    await slack.human('reset-rate-limits', {});
    const { out } = await say('--wait', '--timeout', '5', '--click', 'Mend', '/llmgw doctor');
    expect(out).toContain('Selecting [Mend]');
    expect(out).toContain('Out of quota');
  });

  it('--click opens a modal, --submit fills it in, and say prints it in a frame', async () => {
    await say('--no-confirm', '/llmgw provision');
    const opened = await say('--click', 'change', '--submit', 'nodes=3');
    expect(opened.out).toContain('Selecting [change]');
    expect(opened.out).toContain('Submitting "Change it"');
    expect(opened.out).toMatch(/┌─ Changed ─+\n│ 3 nodes\n│ \[Close\]\n└─+/);
    expect(opened.code).toBe(0);
  });

  it('--shortcut applies to the message just sent, to a given timestamp, or to the newest message', async () => {
    const shortcut = ['--wait', '--shortcut', 'Ask the gateway'];
    const first = await say(...shortcut, 'The first.');
    expect(first.out).toContain('Choosing "Ask the gateway"');
    expect(first.out).toContain('About: The first.');
    const { messages } = await slack.screen('olivia');
    const ts = messages.findLast((each) => each.text === 'The first.')?.ts ?? '';
    await slack.human('message', { as: 'olivia', channel: 'C0GATEWAY', text: 'The second.' });
    expect((await say('--wait', '--shortcut', 'ask.message')).out).toContain('About: The second.');
    expect((await say(...shortcut, '--on', ts)).out).toContain('About: The first.');
    const missing = await say('--shortcut', 'Ask gateway');
    expect(missing.err).toContain('Use one of: "Ask the gateway".');
    expect(missing.code).toBe(1);
    expect((await say('--on', ts, 'hello')).code).toBe(2);
  });

  it('say stops waiting after the timeout', async () => {
    const { code, err } = await say('--wait', '--timeout', '1', 'hello, anyone?');
    expect(err).toContain('No outcome after 1 s.');
    expect(code).toBe(1);
  });

  it('--json prints blocks as JSON', async () => {
    const { out } = await say('--json', '/llmgw status');
    expect(JSON.parse(out)).toMatchObject({
      status: 'ok',
      messages: [{ ephemeral: true, blocks: [{ type: 'section' }] }],
    });
  });

  it('say explains Slack’s refusals', async () => {
    const unknown = await say('/nonsense');
    expect(unknown.out).toContain('/nonsense is not a valid command.');
    expect(unknown.code).toBe(1);
    expect((await say('--as', 'mallory', 'hi')).err).toContain('Nobody here is called mallory');
    expect((await say('--in', '#nowhere', 'hi')).err).toContain('Channels: #llm-gateway');
    expect((await say('--click', 'Nothing')).err).toContain('no button "Nothing"');
  });
});

it('say explains how to start a sandbox when none responds, and its own usage', async () => {
  const missing = await sayTo('http://127.0.0.1:9', ['hello']);
  expect(missing.err).toContain('No sandbox at http://127.0.0.1:9. Start one with');
  expect(missing.code).toBe(1);
  const wrong = await sayTo('http://127.0.0.1:9', []);
  expect(wrong.err).toContain('Nothing to do.');
  expect(wrong.code).toBe(2);
});

it('say reports a sandbox that stops while say waits', async () => {
  const slack = await startSlack();
  const said = sayTo(slack.url, ['--wait', 'hello']);
  await expect.poll(async () => (await slack.screen('olivia')).messages.length).toBe(1);
  await slack.stop();
  const { code, err } = await said;
  expect(err).toMatch(/ stopped\.$|stopped before|No sandbox at/m);
  expect(err).not.toContain('at async');
  expect(code).toBe(1);
});

const sayEntry = fileURLToPath(new URL('../../say/main.ts', import.meta.url));

function sayTo(url: string, args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [sayEntry, '--timeout', '20', ...args],
      { env: { ...process.env, LLMGW_SANDBOX_URL: url } },
      (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      },
    );
  });
}
