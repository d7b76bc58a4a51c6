// Tests of Block Kit rendered as text.
import { expect, it } from 'vitest';
import { renderBlocks } from '../../say/render-blocks.ts';
import { renderModal } from '../../say/render-screen.ts';
import { plainMrkdwn } from '../../say/render-text.ts';
import type { StoredBlock } from '../../slack/blocks/stored-block.ts';

const names = {
  person: (id: string) => ({ U1: 'alice' })[id] ?? id,
  channel: (id: string) => ({ C1: 'general' })[id] ?? id,
};
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (text: string, extra: object = {}) => ({
  type: 'button',
  action_id: text,
  text: plain(text),
  ...extra,
});
const rich = (elements: object[]) => ({ type: 'rich_text', block_id: 'r', elements });
const words = (text: string) => ({
  type: 'rich_text_section',
  elements: [{ type: 'text', text }],
});

it.each([
  ['<@U1> in <#C1>', '@alice in #general'],
  [
    '<https://x.test|the docs> and <https://x.test>',
    'the docs (https://x.test) and https://x.test',
  ],
  ['<mailto:a@x.test|a@x.test>', 'a@x.test'],
  ['at <!date^1^{time}|noon>, <!here>', 'at noon, @here'],
  ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
])('%s is read as plain text', (marked, text) => {
  expect(plainMrkdwn(marked, names)).toBe(text);
});

const table: readonly [string, object, string[]][] = [
  ['header', { text: plain('Title') }, ['', '# Title']],
  ['section', { text: mrkdwn('one\n<@U1>'), accessory: button('Go') }, ['one', '@alice', '[Go]']],
  ['section', { fields: [mrkdwn('*Model*\nQwen'), plain('x')] }, ['*Model*: Qwen', 'x']],
  ['context', { elements: [mrkdwn('a'), plain('b')] }, ['a  ·  b']],
  [
    'actions',
    {
      elements: [
        button('Go', { style: 'primary' }),
        button('Docs', { url: 'https://x.test' }),
        {
          type: 'static_select',
          action_id: 's',
          placeholder: plain('Pick'),
          options: [{ text: plain('One'), value: '1' }],
        },
      ],
    },
    ['[Go] [Docs → https://x.test] [Pick: One]'],
  ],
  ['divider', {}, ['────────']],
  ['markdown', { text: '**a**\n- b' }, ['**a**', '- b']],
  ['image', { alt_text: 'a chart' }, ['(image: a chart)']],
  ['alert', { text: plain('Careful') }, ['! Careful']],
  [
    'plan',
    {
      title: 'Plan',
      tasks: [
        { type: 'task_card', title: 'A', status: 'complete', output: rich([words('ok')]) },
        { type: 'task_card', title: 'B', status: 'in_progress' },
        { type: 'task_card', title: 'C', status: 'error' },
      ],
    },
    ['Plan', '[done]    A', '          ok', '[running] B', '[failed]  C'],
  ],
  [
    'table',
    {
      rows: [
        [plain('name'), plain('n')],
        [{ type: 'rich_text', elements: [words('a')] }, plain('10')],
      ],
    },
    ['name  n', 'a     10'],
  ],
  [
    'rich_text',
    {
      elements: [
        words('hi'),
        { type: 'rich_text_list', style: 'ordered', elements: [words('x'), words('y')] },
        { type: 'rich_text_quote', elements: [{ type: 'user', user_id: 'U1' }] },
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a\nb' }] },
      ],
    },
    ['hi', '1. x', '2. y', '> @alice', '    a', '    b'],
  ],
  ['card', { title: mrkdwn('T'), body: mrkdwn('B'), actions: [button('Go')] }, ['T', 'B', '[Go]']],
  ['hologram', {}, ['(unsupported block: hologram)']],
];

it.each(table)('%s renders as text', (type, fields, lines) => {
  const block: StoredBlock = { type, block_id: 'b', ...fields };
  expect(renderBlocks([block], names)).toEqual(lines);
});

it('a modal has a frame with its fields, errors and buttons', () => {
  const text = renderModal(
    {
      id: 'V1',
      title: 'Name',
      submit: 'Save',
      close: 'Cancel',
      notice: 'Try again?',
      live: { mentions: [], links: [] },
      errors: { n: 'Too short.' },
      blocks: [
        {
          type: 'input',
          block_id: 'n',
          label: plain('Gateway'),
          hint: plain('Lower case'),
          optional: true,
          element: { type: 'plain_text_input', action_id: 'a' },
        },
      ],
    },
    names,
  );
  expect(text.split('\n')).toEqual([
    `┌─ Name ${'─'.repeat(22)}`,
    '│ ! Try again?',
    '│ Gateway (optional): ________',
    '│   Lower case',
    '│   ! Too short.',
    '│ [Save] [Cancel]',
    `└${'─'.repeat(29)}`,
  ]);
});
