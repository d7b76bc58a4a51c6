// Messages that are edited, forwarded, broadcast, in blocks or with files.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { GatewayConfig } from '../../src/kernel/config.ts';
import { handlers } from '../../jobs/index.ts';
import { withForwarded } from '../../src/slack/receive/replies.ts';
import { readSpoken } from '../../src/slack/receive/spoken.ts';
import { quiet } from '../support/engine.ts';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';
import { signed } from './signed-command.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.close());

const answersIn = async (thread: string, as = 'U0OLIVIA') =>
  (await slack.screen(as)).messages.filter(
    ({ threadTs, from }) => threadTs === thread && from.isBot,
  );
const help = ({ text }: { text: string }): boolean => text.startsWith('Commands:');
const prompts = async (): Promise<string[]> => {
  const all = (await slack.payloads('ask')) as { prompt: string }[];
  const texts = await Promise.all(all.map(({ prompt }) => slack.texts.read(prompt)));
  return texts.map((text) => text ?? '');
};

async function deliverEvent(event: object): Promise<void> {
  const body = JSON.stringify({
    type: 'event_callback',
    event_id: `Ev${randomUUID()}`,
    team_id: 'T0SANDBOX',
    api_app_id: 'A0LLMGW',
    event: { team: 'T0SANDBOX', channel: 'C0GATEWAY', user: 'U0OLIVIA', ...event },
  });
  const request = signed(body);
  const headers = { ...request.headers, 'content-type': 'application/json' };
  const answer = await fetch(`${slack.botUrl}/slack/events`, { ...request, headers });
  expect(answer.status).toBe(200);
}

/** Waits until the bot has handled all earlier events. */
async function answered(as = 'U0OLIVIA', channel = 'C0GATEWAY'): Promise<void> {
  const ts = await slack.message('@llmgw help', as, channel);
  await slack.sees((each) => each.threadTs === ts && help(each), as, channel);
}

describe('an edited message', () => {
  test('an edit to another command is not answered again', async () => {
    const ts = await slack.message('@llmgw help');
    await slack.sees((each) => each.threadTs === ts && help(each));
    await slack.post('edit', { as: 'U0OLIVIA', ts, text: '@llmgw help key' });
    await slack.post('edit', { as: 'U0OLIVIA', ts, text: '@llmgw ask Hello?' });
    await answered();
    expect(await answersIn(ts)).toHaveLength(1);
    expect(await prompts()).not.toContain('Hello?');
  });

  test('a recent edit that adds the mention is answered once', async () => {
    const ts = await slack.message('help');
    await slack.post('edit', { as: 'U0OLIVIA', ts, text: '@llmgw help' });
    await slack.sees((each) => each.threadTs === ts && help(each));
    await answered();
    expect(await answersIn(ts)).toHaveLength(1);
  });

  test('an edit of a message that is hours old starts no job', async () => {
    const now = Date.now() / 1000;
    const ts = `${Math.floor(now) - 14_400}.000100`;
    const edited = { user: 'U0OLIVIA', ts: `${Math.floor(now)}.000200` };
    const text = '<@U0LLMGW> provision --yes';
    await deliverEvent({ type: 'app_mention', ts, text, edited });
    await deliverEvent({
      type: 'message',
      subtype: 'message_changed',
      channel_type: 'im',
      channel: 'D0OLIVIA',
      ts: edited.ts,
      message: {
        type: 'message',
        user: 'U0OLIVIA',
        team: 'T0SANDBOX',
        ts,
        text: 'ask Old?',
        edited,
      },
      previous_message: { type: 'message', user: 'U0OLIVIA', ts, text: 'ask' },
    });
    await answered();
    expect(await slack.startedInputs()).toEqual([]);
    expect(await prompts()).not.toContain('Old?');
  });

  test('a late event without the edit starts no job', async () => {
    const now = Math.floor(Date.now() / 1000);
    await deliverEvent({
      type: 'app_mention',
      ts: `${now - 14_400}.000400`,
      event_ts: `${now}.000400`,
      text: '<@U0LLMGW> ask Untold?',
    });
    await answered();
    expect(await prompts()).not.toContain('Untold?');
  });

  test('a late event with only an early edit starts no job', async () => {
    const now = Math.floor(Date.now() / 1000);
    const ts = `${now - 14_400}.000500`;
    const edited = { ts: `${now - 14_340}.000500` };
    const late = `${now}.000500`;
    const text = '<@U0LLMGW> key --app mentioned';
    await deliverEvent({ type: 'app_mention', ts, edited, event_ts: late, text });
    const said = { type: 'message', user: 'U0OLIVIA', team: 'T0SANDBOX', ts, edited };
    await deliverEvent({
      type: 'message',
      subtype: 'message_changed',
      channel_type: 'im',
      channel: 'D0OLIVIA',
      event_ts: late,
      message: { ...said, text: 'key --app changed' },
    });
    await answered();
    expect(await slack.payloads('key')).toEqual([]);
  });

  test('an edit of a direct message is not answered again', async () => {
    const ts = await slack.message('help', 'U0BOB', 'U0LLMGW');
    await slack.sees((each) => each.threadTs === ts && help(each), 'U0BOB', 'U0LLMGW');
    await slack.post('edit', { as: 'U0BOB', ts, text: 'ask Edited?' });
    await answered('U0BOB', 'U0LLMGW');
    expect(await prompts()).not.toContain('Edited?');
  });
});

describe('a message with a file', () => {
  test('a file without text is answered with a next action', async () => {
    for (const channel of ['C0GATEWAY', 'U0LLMGW']) {
      const text = channel === 'C0GATEWAY' ? '@llmgw' : '';
      const body = { as: 'U0ALICE', channel, text, files: ['notes.pdf'] };
      const { ts } = (await slack.post('message', body)) as { ts: string };
      const seen = await slack.sees(
        ({ threadTs, from }) => threadTs === ts && from.isBot,
        'U0ALICE',
        channel,
      );
      expect(seen.text).toContain("I can't read files");
    }
  });

  test('a text with a file is answered with a note that the file was ignored', async () => {
    const body = { as: 'U0ALICE', channel: 'U0LLMGW', text: 'help', files: ['notes.pdf'] };
    const { ts } = (await slack.post('message', body)) as { ts: string };
    const seen = await slack.sees(
      (each) => each.threadTs === ts && help(each),
      'U0ALICE',
      'U0LLMGW',
    );
    expect(seen.text).toContain('ignored the attached file');
    expect(JSON.stringify(seen.blocks)).toContain('ignored the attached file');
  });
});

test('a file in a forward of a forward counts as a file', () => {
  const files = [{ id: 'F1' }];
  const inner = { is_share: true, text: '', fallback: '[no preview available]', files };
  const outer = { is_share: true, text: '', fallback: inner.fallback, attachments: [inner] };
  const base = { type: 'app_mention', user: 'U1', channel: 'C1', ts: '1.0', text: '<@U0LLMGW>' };
  const said = readSpoken({ ...base, attachments: [outer] });
  expect(said).toMatchObject({ files: 1, forwarded: '' });
});

test('a forwarded file counts as a file, and its missing preview as no text', () => {
  const base = { type: 'app_mention', user: 'U1', channel: 'C1', ts: '1.0', text: '<@U0LLMGW>' };
  const files = [{ id: 'F1' }];
  const forwarded = { is_share: true, text: '', fallback: '[no preview available]', files };
  const said = readSpoken({ ...base, attachments: [forwarded] });
  expect(said).toMatchObject({ files: 1, forwarded: '' });
});

describe('a pasted table', () => {
  const cell = (text: string) => ({ type: 'raw_text', text });
  const table = {
    type: 'table',
    rows: [
      [cell('a'), cell('1 < 2')],
      [cell('b'), cell('3')],
    ],
  };
  const base = { type: 'message', user: 'U1', channel: 'D1', channel_type: 'im', ts: '1.0' };
  const rows = '| a | 1 &lt; 2 |\n| b | 3 |';

  test.each([
    ['beside the text', { text: 'ask Why?', blocks: [table] }, `ask Why?\n\n${rows}`],
    ['without a text', { text: '', blocks: [table] }, rows],
    [
      'in an attachment',
      { text: 'ask Why?', attachments: [{ blocks: [table], fallback: '[no preview available]' }] },
      `ask Why?\n\n${rows}`,
    ],
    ['alone in an attachment', { text: '', attachments: [{ blocks: [table] }] }, rows],
  ])('a pasted table is read %s', (_where, fields, expected) => {
    expect(readSpoken({ ...base, ...fields })?.text).toBe(expected);
  });
});

describe('a forwarded message', () => {
  const read = (forwarded: object): string | undefined =>
    readSpoken({
      type: 'app_mention',
      user: 'U1',
      channel: 'C1',
      ts: '1.0',
      text: '<@U0LLMGW>',
      attachments: [{ is_share: true, ...forwarded }],
    })?.forwarded;
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text: ':one: 10/19' } },
    { type: 'context', elements: [{ type: 'mrkdwn', text: '13 votes' }] },
  ];
  const noPreview = { text: '', fallback: '[no preview available]' };

  test('an app message is read from its blocks, as its text is for notifications', () => {
    const words = read({ text: 'Poll: Which date?', message_blocks: [{ message: { blocks } }] });
    expect(words).toContain('Poll: Which date?');
    expect(words).toContain(':one: 10/19');
    expect(words).toContain('13 votes');
  });

  test.each([
    ['blocks', { ...noPreview, blocks }],
    ['attachments of its own', { ...noPreview, attachments: [{ text: '13 votes' }] }],
    [
      'the fields of an alert',
      {
        ...noPreview,
        attachments: [
          { pretext: 'Page', title: 'DiskFull', fields: [{ title: 'votes', value: '13 votes' }] },
        ],
      },
    ],
    ['a forward of its own', { ...noPreview, attachments: [{ is_share: true, text: '13 votes' }] }],
  ])('a forwarded message is read from %s without a preview', (_where, forwarded) => {
    expect(read(forwarded)).toContain('13 votes');
    expect(read(forwarded)).not.toContain('no preview');
  });

  test('the forwarded message of a person is read once', () => {
    const rich = [
      {
        type: 'rich_text',
        elements: [
          { type: 'rich_text_section', elements: [{ type: 'text', text: 'Disk is full' }] },
        ],
      },
    ];
    const words = read({ text: 'Disk is *full*', message_blocks: [{ message: { blocks: rich } }] });
    expect(words).toBe('Forwarded message:\n&gt; Disk is *full*');
  });
});

test.each(['app_mention', 'app_home_opened', 'agent_session_stopped'])(
  'the event %s with a null user is acknowledged without an answer or an error',
  async (type) => {
    const logged = vi.spyOn(quiet, 'error');
    const ts = `${Math.floor(Date.now() / 1000)}.000600`;
    const fields = { ts, thread_ts: ts, tab: 'home', text: '<@U0LLMGW> help' };
    await deliverEvent({ type, user: null, ...fields });
    await answered();
    expect(await answersIn(ts)).toEqual([]);
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  },
);

test('a reply that is also sent to the channel is handled as a reply', async () => {
  const ts = await slack.message('Let us talk');
  const body = { as: 'U0OLIVIA', channel: 'C0GATEWAY', text: '@llmgw help', threadTs: ts };
  await slack.post('message', { ...body, broadcast: true });
  await slack.sees((each) => each.threadTs === ts && help(each));
  expect(
    readSpoken({
      type: 'message',
      subtype: 'thread_broadcast',
      user: 'U1',
      channel: 'C1',
      ts: '2.0',
      thread_ts: '1.0',
      text: 'And then?',
    }),
  ).toMatchObject({ text: 'And then?', threadTs: '1.0' });
});

test('a message written with `/me` is read', () => {
  const base = { type: 'message', user: 'U1', channel: 'D1', channel_type: 'im', ts: '1.0' };
  const said = readSpoken({ ...base, subtype: 'me_message', text: 'help' });
  expect(said).toMatchObject({ user: 'U1', text: 'help' });
});

test('a forwarded message is quoted in the prompt', async () => {
  const forward = await slack.message('The build failed:\nexit code 137', 'U0BOB');
  const asked = { as: 'U0ALICE', channel: 'C0GATEWAY', forward };
  await slack.post('message', { ...asked, text: '@llmgw ask Why?' });
  await expect
    .poll(prompts)
    .toContain('Why?\n\nForwarded message from Bob Brandt:\n> The build failed:\n> exit code 137');
  // Another person asks: a second question of the same person would wait.
  await slack.post('message', { ...asked, as: 'U0OLIVIA', channel: 'U0LLMGW', text: '' });
  await expect
    .poll(prompts)
    .toContain('Forwarded message from Bob Brandt:\n> The build failed:\n> exit code 137');
});

describe('the text of a message with a forward', () => {
  const gateways = { default: {} as GatewayConfig };
  const read = (text: string): string =>
    withForwarded({ handlers, gateways }, '> exit code 137', text);

  test.each([
    'Can you explain this?',
    'Hey what does this mean?',
    'Pls explain',
    'Edit this for clarity',
    'As a lawyer, what do you think?',
    'Reply to this politely',
    'Plain English please',
    'Scan this…',
    'Status of this incident?',
    'Status update?',
    'Quota exceeded?',
    'Key points?',
    'Help please',
    'Plan this',
    'Cancel this?',
    'Retry this?',
    'help me understand this',
    'Could you summarise this?',
  ])('the text is a question: %s', (text) => {
    expect(read(text)).toBe(`ask -- ${text}\n\n> exit code 137`);
  });

  test.each([
    'status',
    'status default',
    'help',
    'help key',
    'key list',
    'key <@U0BOB>',
    'quota request 20/minute for a demo',
    'provision --node 2',
    'cancel',
    'cancel provision-default-k3f9',
  ])('the text is a command: %s', (text) => {
    expect(read(text)).toBe(text);
  });

  test.each(['ask Why?', 'ask --raw'])('the text is the arguments of `ask`: %s', (text) => {
    expect(read(text)).toBe(`${text}\n\n> exit code 137`);
  });
});

test('a message with only blocks is read', async () => {
  await deliverEvent({
    type: 'app_mention',
    user: 'U0BOB',
    ts: `${Math.floor(Date.now() / 1000)}.000300`,
    text: '',
    blocks: [
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'user', user_id: 'U0LLMGW' },
              { type: 'text', text: ' ask What is a < b & c?' },
            ],
          },
        ],
      },
    ],
  });
  await expect.poll(prompts).toContain('What is a < b & c?');
});

test.each([
  'channel_join',
  'channel_leave',
  'bot_message',
  'message_deleted',
  'message_replied',
  'channel_topic',
  'pinned_item',
  'assistant_app_thread',
])('a message of subtype %s is ignored', (subtype) => {
  const base = {
    type: 'message',
    user: 'U1',
    channel: 'D1',
    channel_type: 'im',
    ts: '1.0',
    text: 'help',
  };
  expect(readSpoken({ ...base, subtype })).toBeUndefined();
  expect(readSpoken(base)).toBeDefined();
});

test.each([
  ['a bot', { bot_id: 'B1' }],
  ['an app', { app_id: 'A1' }],
  ['a workflow without a user', { user: undefined, bot_id: 'B1' }],
  ['no user', { user: undefined }],
])('a message of %s is ignored', (_who, fields) => {
  const base = {
    type: 'app_mention',
    user: 'U1',
    channel: 'C1',
    ts: '1.0',
    text: '<@U0LLMGW> help',
  };
  expect(readSpoken({ ...base, ...fields })).toBeUndefined();
});

test('a link preview is not an edit', () => {
  const message = {
    type: 'message',
    user: 'U1',
    ts: '1.0',
    text: 'help',
    edited: { user: 'U1', ts: '2.0' },
  };
  const outer = { type: 'message', subtype: 'message_changed', channel: 'D1', channel_type: 'im' };
  const changed = {
    ...outer,
    message: { ...message, attachments: [{ title: 'x' }] },
    previous_message: message,
  };
  expect(readSpoken(changed)).toBeUndefined();
});

test('the shortcut on a forwarded message asks about the forwarded text', async () => {
  const forward = await slack.message('Disk full on node 7', 'U0BOB');
  const body = { as: 'U0BOB', channel: 'C0GATEWAY', text: '', forward };
  const { ts } = (await slack.post('message', body)) as { ts: string };
  await slack.post('shortcut', { as: 'U0ALICE', messageTs: ts, shortcut: 'ask.message' });
  await expect
    .poll(async () => JSON.stringify((await slack.screen('U0ALICE')).modals))
    .toContain('Disk full on node 7');
});
