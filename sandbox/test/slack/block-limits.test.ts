// Tests of Block Kit's limits, with Slack's error texts and pointers.
import { expect, it } from 'vitest';
import { acceptMessageBlocks, acceptViewBlocks } from '../../slack/blocks/accept-blocks.ts';
import { Refusal } from '../../slack/refusal.ts';
import { startSlack } from './support/slack-sandbox.ts';
import { refusal, webClient } from './support/web-client.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const long = (length: number): string => 'x'.repeat(length);
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const button = (extra: object = {}, index = 0) => ({
  type: 'button',
  action_id: `b${index}`,
  text: plain('Go'),
  ...extra,
});
const actions = (elements: object[]) => ({ type: 'actions', elements });
const option = (index: number, text = 'o', value = `v${index}`) => ({ text: plain(text), value });
const select = (count: number) => ({
  type: 'static_select',
  action_id: 's',
  options: many(count, (index) => option(index)),
});
const input = (element: object, label = 'Label') => ({
  type: 'input',
  label: plain(label),
  element,
});
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const task = (index: number, extra: object = {}) => ({
  type: 'task_card',
  task_id: `t${index}`,
  title: 'Step',
  status: 'pending',
  ...extra,
});
const cell = { type: 'raw_text', text: 'x' };

let ids = 0;
const newId = (): string => `id${(ids += 1)}`;

/** Slack's errors, without the prefix `[ERROR]`. */
function findings(accept: () => unknown): unknown {
  try {
    accept();
    return [];
  } catch (error) {
    if (error instanceof Refusal) return error.fields['errors'] ?? [error.code];
    throw error;
  }
}

const tooLong = (max: number, pointer: string) =>
  `must be less than ${max + 1} characters [json-pointer:/blocks/0${pointer}]`;
const tooMany = (max: number, pointer: string) =>
  `no more than ${max} items allowed [json-pointer:/blocks/0${pointer}]`;

interface Limit {
  readonly what: string;
  readonly most: object;
  readonly more: object;
  readonly says: string;
}

const limits: readonly Limit[] = [
  {
    what: 'section text 3000',
    most: { type: 'section', text: mrkdwn(long(3000)) },
    more: { type: 'section', text: mrkdwn(long(3001)) },
    says: tooLong(3000, '/text/text'),
  },
  {
    what: 'section fields 10',
    most: { type: 'section', fields: many(10, () => mrkdwn('f')) },
    more: { type: 'section', fields: many(11, () => mrkdwn('f')) },
    says: tooMany(10, '/fields'),
  },
  {
    what: 'section field text 2000',
    most: { type: 'section', fields: [mrkdwn(long(2000))] },
    more: { type: 'section', fields: [mrkdwn(long(2001))] },
    says: tooLong(2000, '/fields/0/text'),
  },
  {
    what: 'header 150',
    most: { type: 'header', text: plain(long(150)) },
    more: { type: 'header', text: plain(long(151)) },
    says: tooLong(150, '/text/text'),
  },
  {
    what: 'context 10',
    most: { type: 'context', elements: many(10, () => mrkdwn('c')) },
    more: { type: 'context', elements: many(11, () => mrkdwn('c')) },
    says: tooMany(10, '/elements'),
  },
  {
    what: 'actions 25',
    most: actions(many(25, (index) => button({}, index))),
    more: actions(many(26, (index) => button({}, index))),
    says: tooMany(25, '/elements'),
  },
  {
    what: 'button text 75',
    most: actions([button({ text: plain(long(75)) })]),
    more: actions([button({ text: plain(long(76)) })]),
    says: tooLong(75, '/elements/0/text/text'),
  },
  {
    what: 'button value 2000',
    most: actions([button({ value: long(2000) })]),
    more: actions([button({ value: long(2001) })]),
    says: tooLong(2000, '/elements/0/value'),
  },
  {
    what: 'button url 3000',
    most: actions([button({ url: long(3000) })]),
    more: actions([button({ url: long(3001) })]),
    says: tooLong(3000, '/elements/0/url'),
  },
  {
    what: 'accessibility label 75',
    most: actions([button({ accessibility_label: long(75) })]),
    more: actions([button({ accessibility_label: long(76) })]),
    says: tooLong(75, '/elements/0/accessibility_label'),
  },
  {
    what: 'confirm text 300',
    most: actions([button({ confirm: { title: plain(long(100)), text: plain(long(300)) } })]),
    more: actions([button({ confirm: { title: plain('t'), text: plain(long(301)) } })]),
    says: tooLong(300, '/elements/0/confirm/text/text'),
  },
  {
    what: 'confirm buttons 30',
    most: actions([button({ confirm: { text: plain('t'), confirm: plain(long(30)) } })]),
    more: actions([button({ confirm: { text: plain('t'), confirm: plain(long(31)) } })]),
    says: tooLong(30, '/elements/0/confirm/confirm/text'),
  },
  {
    what: 'select options 100',
    most: actions([select(100)]),
    more: actions([select(101)]),
    says: tooMany(100, '/elements/0/options'),
  },
  {
    what: 'option text 75',
    most: actions([{ ...select(0), options: [option(0, long(75))] }]),
    more: actions([{ ...select(0), options: [option(0, long(76))] }]),
    says: tooLong(75, '/elements/0/options/0/text/text'),
  },
  {
    what: 'option value 150',
    most: actions([{ ...select(0), options: [option(0, 'o', long(150))] }]),
    more: actions([{ ...select(0), options: [option(0, 'o', long(151))] }]),
    says: tooLong(150, '/elements/0/options/0/value'),
  },
  {
    what: 'overflow 5',
    most: actions([{ type: 'overflow', action_id: 'o', options: many(5, (i) => option(i)) }]),
    more: actions([{ type: 'overflow', action_id: 'o', options: many(6, (i) => option(i)) }]),
    says: tooMany(5, '/elements/0/options'),
  },
  {
    what: 'checkboxes 10',
    most: actions([{ type: 'checkboxes', action_id: 'c', options: many(10, (i) => option(i)) }]),
    more: actions([{ type: 'checkboxes', action_id: 'c', options: many(11, (i) => option(i)) }]),
    says: tooMany(10, '/elements/0/options'),
  },
  {
    what: 'block_id 255',
    most: { type: 'divider', block_id: long(255) },
    more: { type: 'divider', block_id: long(256) },
    says: tooLong(255, '/block_id'),
  },
  {
    what: 'action_id 255',
    most: actions([button({ action_id: long(255) })]),
    more: actions([button({ action_id: long(256) })]),
    says: tooLong(255, '/elements/0/action_id'),
  },
  {
    what: 'markdown 12000',
    most: { type: 'markdown', text: long(12_000) },
    more: { type: 'markdown', text: long(12_001) },
    says: tooLong(12_000, '/text'),
  },
  {
    what: 'image alt text 2000',
    most: { type: 'image', image_url: 'https://x.test/a.png', alt_text: long(2000) },
    more: { type: 'image', image_url: 'https://x.test/a.png', alt_text: long(2001) },
    says: tooLong(2000, '/alt_text'),
  },
  {
    what: 'table 100 rows',
    most: { type: 'table', rows: many(100, () => [cell]) },
    more: { type: 'table', rows: many(101, () => [cell]) },
    says: tooMany(100, '/rows'),
  },
  {
    what: 'table 20 columns',
    most: { type: 'table', rows: [many(20, () => cell)] },
    more: { type: 'table', rows: [many(21, () => cell)] },
    says: tooMany(20, '/rows/0'),
  },
  {
    what: 'input label 2000',
    most: input({ type: 'plain_text_input', action_id: 'i' }, long(2000)),
    more: input({ type: 'plain_text_input', action_id: 'i' }, long(2001)),
    says: tooLong(2000, '/label/text'),
  },
  {
    what: 'alert 200',
    most: { type: 'alert', text: plain(long(200)), level: 'error' },
    more: { type: 'alert', text: plain(long(201)) },
    says: tooLong(200, '/text/text'),
  },
  {
    what: 'card body 200 and actions 3',
    most: { type: 'card', body: mrkdwn(long(200)), actions: many(3, (i) => button({}, i)) },
    more: { type: 'card', body: mrkdwn(long(201)) },
    says: tooLong(200, '/body/text'),
  },
  {
    what: 'carousel 10',
    most: { type: 'carousel', elements: many(10, () => ({ type: 'card', title: mrkdwn('t') })) },
    more: { type: 'carousel', elements: many(11, () => ({ type: 'card', title: mrkdwn('t') })) },
    says: tooMany(10, '/elements'),
  },
  {
    what: 'data table page 100',
    most: { type: 'data_table', caption: 'c', rows: [[cell]], page_size: 100 },
    more: { type: 'data_table', caption: 'c', rows: [[cell]], page_size: 101 },
    says: 'must be less than 101 [json-pointer:/blocks/0/page_size]',
  },
  {
    what: 'task card',
    most: task(0, { details: rich('d'), output: rich('o'), status: 'error' }),
    more: task(0, { status: 'skipped' }),
    says: 'must be a valid enum value [json-pointer:/blocks/0/status]',
  },
  {
    what: 'plan of tasks',
    most: { type: 'plan', title: 'Plan', tasks: many(19, (i) => task(i)) },
    more: { type: 'plan', title: 'Plan', tasks: [{ type: 'task_card', task_id: 't' }] },
    says: 'missing required field: title [json-pointer:/blocks/0/tasks/0]',
  },
  {
    what: 'rich text',
    most: rich('x'),
    more: { type: 'rich_text', elements: [{ type: 'rich_text_table', elements: [] }] },
    says: 'unsupported type: rich_text_table [json-pointer:/blocks/0/elements/0/type]',
  },
];

it.each(limits)('$what is accepted at the limit and refused above', ({ most, more, says }) => {
  expect(findings(() => acceptMessageBlocks([most], newId))).toEqual([]);
  expect(findings(() => acceptMessageBlocks([more], newId))).toContain(says);
});

it.each([
  [
    'an unknown type',
    { type: 'hologram' },
    'unsupported type: hologram [json-pointer:/blocks/0/type]',
  ],
  ['no type', { text: 'x' }, 'missing required field: type [json-pointer:/blocks/0]'],
  [
    'a file block from an app',
    { type: 'file', source: 'remote', external_id: 'x' },
    'unsupported type: file [json-pointer:/blocks/0/type]',
  ],
  [
    'an unknown property',
    { type: 'divider', colour: 'red' },
    'invalid additional property: colour [json-pointer:/blocks/0]',
  ],
  [
    'an empty text',
    { type: 'section', text: mrkdwn('') },
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'a section without content',
    { type: 'section' },
    'missing required field: text [json-pointer:/blocks/0]',
  ],
  [
    'mrkdwn in a header',
    { type: 'header', text: mrkdwn('x') },
    'must be a valid enum value [json-pointer:/blocks/0/text/type]',
  ],
  [
    'a number instead of text',
    { type: 'markdown', text: 3 },
    'must provide a string [json-pointer:/blocks/0/text]',
  ],
  [
    'a button in a context',
    { type: 'context', elements: [button()] },
    'unsupported type: button [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'an input without an element',
    { type: 'input', label: plain('x') },
    'missing required field: element [json-pointer:/blocks/0]',
  ],
  [
    'an image without a URL',
    { type: 'image', alt_text: 'x' },
    'missing required field: image_url [json-pointer:/blocks/0]',
  ],
  [
    'an unknown style',
    actions([button({ style: 'loud' })]),
    'must be a valid enum value [json-pointer:/blocks/0/elements/0/style]',
  ],
  [
    'a duplicate action_id',
    actions([button(), button()]),
    'action_id b0 already exists [json-pointer:/blocks/0]',
  ],
])('blocks are refused: %s', (_what, block, says) => {
  expect(findings(() => acceptMessageBlocks([block], newId))).toEqual([says]);
});

it('some limits apply to the whole message', () => {
  const dividers = (count: number) => many(count, () => ({ type: 'divider' }));
  expect(findings(() => acceptMessageBlocks(dividers(50), newId))).toEqual([]);
  expect(findings(() => acceptMessageBlocks(dividers(51), newId))).toEqual([
    'no more than 50 items allowed [json-pointer:/blocks]',
  ]);
  expect(findings(() => acceptViewBlocks(dividers(100), newId))).toEqual([]);
  expect(findings(() => acceptViewBlocks(dividers(101), newId))).toEqual([
    'no more than 100 items allowed [json-pointer:/view/blocks]',
  ]);
  const halves = [6000, 6001].map((length) => ({ type: 'markdown', text: long(length) }));
  expect(findings(() => acceptMessageBlocks(halves, newId))).toEqual([
    'must be less than 12001 characters [json-pointer:/blocks]',
  ]);
  const table = { type: 'table', rows: [[cell]] };
  expect(findings(() => acceptMessageBlocks([table, table], newId))).toHaveLength(1);
  const twice = [1, 2].map(() => ({ type: 'divider', block_id: 'd' }));
  expect(findings(() => acceptMessageBlocks(twice, newId))).toEqual([
    'block_id d already exists [json-pointer:/blocks/1/block_id]',
  ]);
  expect(findings(() => acceptMessageBlocks({ type: 'divider' }, newId))).toEqual([
    'invalid_blocks_format',
  ]);
});

it('a modal refuses block types of messages', () => {
  const plan = { type: 'plan', title: 'p', tasks: [task(0)] };
  expect(findings(() => acceptViewBlocks([plan], newId))).toEqual([
    'unsupported type: plan [json-pointer:/view/blocks/0/type]',
  ]);
});

it('blocks and actions without ids get ids', () => {
  const [block] = acceptMessageBlocks(
    [actions([{ type: 'button', text: plain('Go') }])],
    () => 'given',
  );
  expect(block).toMatchObject({ block_id: 'given', elements: [{ action_id: 'given' }] });
});

it('the unmodified client gets invalid_blocks with the pointer', async () => {
  const slack = await startSlack();
  const client = webClient(slack);
  const blocks = [{ type: 'header', text: plain(long(151)) }];
  const answer = await refusal(
    client.apiCall('chat.postMessage', { channel: 'C0GATEWAY', text: 'x', blocks }),
  );
  expect(answer).toMatchObject({
    error: 'invalid_blocks',
    response_metadata: {
      messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
    },
  });
  await slack.stop();
});

it('a message has a limit on the escaped characters of all its blocks', () => {
  const sections = many(6, () => ({ type: 'section', text: mrkdwn(long(2_000)) }));
  expect(() => acceptMessageBlocks(sections, newId)).not.toThrow();
  const more = [...sections, { type: 'section', text: mrkdwn('x') }];
  expect(() => acceptMessageBlocks(more, newId)).toThrow('msg_blocks_too_long');
  const brackets = [{ type: 'markdown', text: '<'.repeat(3_001) }];
  expect(() => acceptMessageBlocks(brackets, newId)).toThrow('msg_blocks_too_long');
});

it('a markdown block expands into at most fifty blocks', () => {
  const headings = (count: number) =>
    many(count, (index) => `## Part ${index}\n\nwords`).join('\n\n');
  const accept = (text: string) => acceptMessageBlocks([{ type: 'markdown', text }], newId);
  expect(() => accept(headings(25))).not.toThrow();
  expect(() => accept(headings(26))).toThrow('invalid_blocks');
  expect(() => accept(`\`\`\`\n${headings(30)}\n\`\`\``)).not.toThrow();
});
