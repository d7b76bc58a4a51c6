// Block Kit as lines of plain text, with interactive elements in brackets.
import { type StoredBlock, type StoredElement, wordsOf } from '../slack/blocks/stored-block.ts';
import { richTextLines } from './render-rich-text.ts';
import { tableLines } from './render-table.ts';
import { type Names, plainMrkdwn } from './render-text.ts';

const TASK_WORDS: Readonly<Record<string, string>> = {
  pending: 'waiting',
  in_progress: 'running',
  complete: 'done',
  error: 'failed',
};

export function renderBlocks(
  blocks: readonly StoredBlock[],
  names: Names,
  errors: Readonly<Record<string, string>> = {},
): string[] {
  return blocks.flatMap((block) => {
    const error = errors[block.block_id];
    const lines = blockLines(block, names);
    return error === undefined ? lines : [...lines, `  ! ${error}`];
  });
}

function blockLines(block: StoredBlock, names: Names): string[] {
  const text = (of: unknown): string[] => textLines(of, names);
  switch (block.type) {
    case 'header':
      return ['', ...text(block.text).map((line) => `# ${line}`)];
    case 'section':
      return [
        ...text(block.text),
        ...(block.fields ?? []).map((each) => text(each).join(': ').replace('::', ':')),
        ...(block.accessory === undefined ? [] : [elementText(block.accessory, names)]),
      ];
    case 'context':
      return [(block.elements ?? []).map((each) => elementText(each, names)).join('  ·  ')];
    case 'actions':
    case 'context_actions':
      return [(block.elements ?? []).map((each) => elementText(each, names)).join(' ')];
    case 'divider':
      return ['────────'];
    case 'input':
      return inputLines(block, names);
    case 'markdown':
      return wordsOf(block.text).split('\n');
    case 'rich_text':
      return richTextLines(block, names);
    case 'image':
      return [`(image: ${String(block['alt_text'])})`];
    case 'plan':
      return [
        ...(wordsOf(block['title']) === '' ? [] : [wordsOf(block['title'])]),
        ...listOf(block['tasks']).flatMap((each) => taskLines(each, names)),
      ];
    case 'task_card':
      return taskLines(block, names);
    case 'table':
    case 'data_table':
      return [...text(block['caption']), ...tableLines(block['rows'], names)];
    case 'alert':
      return text(block.text).map((line) => `! ${line}`);
    case 'card':
      return cardLines(block, names);
    case 'carousel':
      return listOf(block.elements).flatMap((each) => cardLines(each, names));
    case 'container':
      return [...text(block['title']), ...renderBlocks(listOf(block['child_blocks']), names)];
    default:
      return [`(unsupported block: ${block.type})`];
  }
}

function textLines(of: unknown, names: Names): string[] {
  const words = wordsOf(of);
  if (words === '') return [];
  const isMarked = typeof of === 'object' && of !== null && 'type' in of && of.type === 'mrkdwn';
  return (isMarked ? plainMrkdwn(words, names) : words).split('\n');
}

function elementText(element: StoredElement, names: Names): string {
  switch (element.type) {
    case 'plain_text':
    case 'mrkdwn':
      return textLines(element, names).join(' ');
    case 'image':
      return `(image: ${String(element['alt_text'])})`;
    case 'button':
    case 'icon_button':
      return element.url === undefined
        ? `[${wordsOf(element.text)}]`
        : `[${wordsOf(element.text)} → ${element.url}]`;
    case 'feedback_buttons':
      return ['positive_button', 'negative_button']
        .map((side) => `[${wordsOf((element[side] as StoredElement | undefined)?.text)}]`)
        .join(' ');
    default: {
      const name = wordsOf(element.placeholder) || element.type.replaceAll('_', ' ');
      const choices = choicesOf(element);
      return choices.length === 0 ? `[${name}]` : `[${name}: ${choices.join(' | ')}]`;
    }
  }
}

function choicesOf(element: StoredElement): string[] {
  return [
    ...(element.options ?? []),
    ...(element.option_groups ?? []).flatMap((each) => each.options),
  ].map((each) => wordsOf(each.text));
}

function inputLines(block: StoredBlock, names: Names): string[] {
  const element = block.element;
  const choices = element === undefined ? [] : choicesOf(element);
  const initial = element?.initial_value ?? '';
  const field = choices.length > 0 ? `(${choices.join(' | ')})` : initial || '________';
  const optional = block.optional === true ? ' (optional)' : '';
  return [
    `${wordsOf(block.label)}${optional}: ${field}`,
    ...textLines(block.hint, names).map((line) => `  ${line}`),
  ];
}

function taskLines(task: StoredBlock, names: Names): string[] {
  const status = TASK_WORDS[String(task['status'])] ?? String(task['status']);
  const more = ['details', 'output'].flatMap((field) => {
    const rich = task[field];
    return typeof rich === 'object' && rich !== null ? richTextLines({ ...rich }, names) : [];
  });
  return [
    `${`[${status}]`.padEnd(9)} ${wordsOf(task['title'])}`,
    ...more.map((line) => `          ${line}`),
  ];
}

function cardLines(card: StoredBlock, names: Names): string[] {
  const actions = listOf(card['actions']).map((each) => elementText({ ...each }, names));
  return [
    ...['title', 'subtitle', 'body', 'subtext'].flatMap((part) => textLines(card[part], names)),
    ...(actions.length === 0 ? [] : [actions.join(' ')]),
  ];
}

function listOf(value: unknown): StoredBlock[] {
  return Array.isArray(value) ? (value as StoredBlock[]) : [];
}
