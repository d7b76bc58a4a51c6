// Validated block in its stored form, with the fields that the sandbox reads.

export interface TextObject {
  type: string;
  text: string;
}

export interface Confirm {
  title?: TextObject;
  text: TextObject;
  confirm?: TextObject;
  deny?: TextObject;
  style?: string;
}

export interface Choice {
  text: TextObject;
  value: string;
  description?: TextObject;
  url?: string;
}

export interface StoredElement {
  type: string;
  action_id?: string;
  text?: TextObject | string;
  value?: string;
  url?: string;
  style?: string;
  confirm?: Confirm;
  options?: Choice[];
  option_groups?: { label: TextObject; options: Choice[] }[];
  placeholder?: TextObject;
  initial_value?: string;
  min_length?: number;
  max_length?: number;
  min_value?: string;
  max_value?: string;
  [field: string]: unknown;
}

export interface StoredBlock {
  type: string;
  block_id: string;
  text?: TextObject | string;
  fields?: TextObject[];
  accessory?: StoredElement;
  elements?: StoredElement[];
  label?: TextObject;
  hint?: TextObject;
  element?: StoredElement;
  optional?: boolean;
  [field: string]: unknown;
}

/** The text of a text object or a plain string; '' for neither. */
export function wordsOf(text: unknown): string {
  if (typeof text === 'string') return text;
  if (typeof text === 'object' && text !== null && 'text' in text) {
    return typeof text.text === 'string' ? text.text : '';
  }
  return '';
}

/** Every interactive element of a block, in any field. */
export function elementsOf(block: StoredBlock): StoredElement[] {
  const nested = nestedBlocks(block).flatMap(elementsOf);
  const own = [block.accessory, block.element, ...(block.elements ?? []), ...cardActions(block)];
  return [...own.filter((each) => each?.action_id !== undefined), ...nested].filter(
    (each) => each !== undefined,
  );
}

function nestedBlocks(block: StoredBlock): StoredBlock[] {
  const children = block['child_blocks'] ?? (block.type === 'carousel' ? block.elements : []);
  return Array.isArray(children) ? (children as StoredBlock[]) : [];
}

function cardActions(block: StoredBlock): StoredElement[] {
  const actions = block['actions'];
  return Array.isArray(actions) ? (actions as StoredElement[]) : [];
}
