// Validation of an app's blocks by Slack's rules, and generation of missing ids.
import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import { messageBlock, viewBlock } from './block-schema.ts';
import { slackWords } from './slack-words.ts';
import { type StoredBlock, elementsOf, wordsOf } from './stored-block.ts';

const MAX_MESSAGE_BLOCKS = 50;
const MAX_VIEW_BLOCKS = 100;
const MARKDOWN_CHARACTERS = 12_000;
const DATA_TABLE_CHARACTERS = 20_000;

/** Blocks of a message. @throws Refusal invalid_blocks, with Slack's messages */
export function acceptMessageBlocks(input: unknown, newId: () => string): StoredBlock[] {
  if (!Array.isArray(input)) throw new Refusal('invalid_blocks_format');
  const words = [
    ...wordsAgainst(z.array(messageBlock).max(MAX_MESSAGE_BLOCKS), input, '/blocks'),
    ...duplicateIds(input, '/blocks'),
    ...cumulativeLimits(input),
  ];
  if (words.length > 0) throw refuse('invalid_blocks', words);
  needFewTexts(input as StoredBlock[]);
  return withIds(input as StoredBlock[], newId);
}

/** Blocks of a modal or a Home tab. @throws Refusal invalid_arguments, with Slack's messages */
export function acceptViewBlocks(input: unknown, newId: () => string): StoredBlock[] {
  const words = [
    ...wordsAgainst(z.array(viewBlock).max(MAX_VIEW_BLOCKS), input, '/view/blocks'),
    ...(Array.isArray(input) ? duplicateIds(input, '/view/blocks') : []),
  ];
  if (words.length > 0) throw refuse('invalid_arguments', words);
  return withIds(input as StoredBlock[], newId);
}

export function refuse(code: string, words: readonly string[]): Refusal {
  return new Refusal(code, {
    errors: [...words],
    response_metadata: { messages: words.map((each) => `[ERROR] ${each}`) },
  });
}

export function wordsAgainst(schema: z.ZodType, input: unknown, root: string): string[] {
  const whole = schema.safeParse(input);
  const issues = whole.success ? [] : whole.error.issues;
  if (!(schema instanceof z.ZodArray) || !Array.isArray(input)) {
    return slackWords(issues, input, root);
  }
  // Each block is checked separately: an array that is too long must not hide an invalid block.
  const perBlock = input.flatMap((each, index) => {
    const found = (schema.element as z.ZodType).safeParse(each);
    if (found.success) return [];
    return found.error.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] }));
  });
  const ofArray = issues.filter((each) => each.path.length === 0);
  return slackWords([...perBlock, ...ofArray], input, root);
}

function duplicateIds(input: readonly unknown[], root: string): string[] {
  const seen = new Set<string>();
  return input.flatMap((block, index) => {
    if (typeof block !== 'object' || block === null) return [];
    const stored = block as StoredBlock;
    const words: string[] = [];
    if (stored.block_id !== undefined && seen.has(stored.block_id)) {
      words.push(
        `block_id ${stored.block_id} already exists [json-pointer:${root}/${index}/block_id]`,
      );
    }
    seen.add(stored.block_id);
    const actions = elementsOf(stored).map((each) => each.action_id);
    const twice = actions.find((each, place) => actions.indexOf(each) !== place);
    if (twice !== undefined) {
      words.push(`action_id ${twice} already exists [json-pointer:${root}/${index}]`);
    }
    return words;
  });
}

function cumulativeLimits(input: readonly unknown[]): string[] {
  const blocks = input.filter(
    (each): each is StoredBlock => typeof each === 'object' && each !== null,
  );
  const markdown = blocks
    .filter((each) => each.type === 'markdown' && typeof each.text === 'string')
    .reduce((sum, each) => sum + wordsOf(each.text).length, 0);
  const words: string[] = [];
  if (markdown > MARKDOWN_CHARACTERS) {
    words.push(`must be less than ${MARKDOWN_CHARACTERS + 1} characters [json-pointer:/blocks]`);
  }
  if (blocks.filter((each) => each.type === 'table').length > 1) {
    words.push('only_one_table_allowed [json-pointer:/blocks]');
  }
  blocks.forEach((each, index) => {
    if (each.type !== 'data_table') return;
    const cells = Array.isArray(each['rows']) ? each['rows'].flat() : [];
    if (cells.reduce((sum, cell) => sum + wordsOf(cell).length, 0) > DATA_TABLE_CHARACTERS) {
      words.push(
        `must be less than ${DATA_TABLE_CHARACTERS + 1} characters [json-pointer:/blocks/${index}/rows]`,
      );
    }
  });
  return words;
}

/** Measured by others: Slack adds up the escaped texts of all blocks of a message. */
const MESSAGE_CHARACTERS = 12_000;

function needFewTexts(blocks: readonly StoredBlock[]): void {
  const sum = blocks.reduce((total, each) => total + charactersOf(each), 0);
  if (sum > MESSAGE_CHARACTERS) throw new Refusal('msg_blocks_too_long');
  const rendered = blocks.reduce(
    (total, each) => total + (each.type === 'markdown' ? expandedBlocks(wordsOf(each.text)) : 1),
    0,
  );
  if (rendered > MAX_MESSAGE_BLOCKS) {
    throw refuse('invalid_blocks', [
      `no more than ${MAX_MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]`,
    ]);
  }
}

function charactersOf(block: StoredBlock): number {
  if (block.type !== 'markdown') return textsIn(block);
  return wordsOf(block.text).replaceAll('&', '&amp;').replaceAll(/[<>]/g, '&lt;').length;
}

function textsIn(value: unknown): number {
  if (Array.isArray(value)) return value.map(textsIn).reduce((sum, each) => sum + each, 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value)
    .map(([key, inner]) =>
      key === 'text' && typeof inner === 'string' ? inner.length : textsIn(inner),
    )
    .reduce((sum, each) => sum + each, 0);
}

/** Expands a markdown block: one block per heading, rule or table, and one per run of other lines. */
function expandedBlocks(markdown: string): number {
  const outside = markdown.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, 'code');
  const kinds = outside
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) =>
      /^(#{1,6}\s|-{3,}$)/.test(line) ? 'heading' : line.startsWith('|') ? 'table' : 'text',
    );
  return kinds.filter((kind, at) => kind === 'heading' || kind !== kinds[at - 1]).length;
}

/** Slack generates ids for blocks and actions without one. */
function withIds(blocks: readonly StoredBlock[], newId: () => string): StoredBlock[] {
  const copy = structuredClone(blocks) as StoredBlock[];
  for (const block of copy) {
    block.block_id ??= newId();
    for (const element of [block.accessory, block.element, ...(block.elements ?? [])]) {
      if (element === undefined || !isInteractive(element.type)) continue;
      element.action_id ??= newId();
    }
  }
  return copy;
}

function isInteractive(type: string): boolean {
  return /button|select|picker|overflow|checkboxes|input/.test(type);
}
