// Selected or typed value of an element, in Slack's payload form.
import { type Choice, type StoredElement, wordsOf } from './blocks/stored-block.ts';
import { findChannel, findPerson, type Workspace } from './workspace.ts';

/** The element's part of `state.values` or of an action; undefined when the text matches no option. */
export function elementValue(
  ws: Workspace,
  element: StoredElement,
  given: string | undefined,
): Record<string, unknown> | undefined {
  const { type } = element;
  const one = <T>(
    field: string,
    found: T | null | undefined,
  ): Record<string, unknown> | undefined =>
    found === undefined ? undefined : { type, [field]: found };
  const many = <T>(field: string, find: (word: string) => T | undefined) => {
    const found = splitList(given).map(find);
    return found.includes(undefined) ? undefined : { type, [field]: found };
  };
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return one('selected_option', chosen(withSuggested(ws, element), given, 'initial_option'));
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      if (given === undefined) return { type, selected_options: element['initial_options'] ?? [] };
      return many('selected_options', (word) => findChoice(withSuggested(ws, element), word));
    case 'users_select':
      return one(
        'selected_user',
        pick(given, element['initial_user'], (w) => findPerson(ws, w)?.id),
      );
    case 'multi_users_select':
      if (given === undefined) return { type, selected_users: element['initial_users'] ?? [] };
      return many('selected_users', (word) => findPerson(ws, word)?.id);
    case 'channels_select':
    case 'conversations_select': {
      const field = type === 'channels_select' ? 'channel' : 'conversation';
      const find = (word: string) => findChannel(ws, word)?.id;
      return one(`selected_${field}`, pick(given, element[`initial_${field}`], find));
    }
    case 'multi_channels_select':
    case 'multi_conversations_select': {
      const field = type === 'multi_channels_select' ? 'channels' : 'conversations';
      if (given === undefined)
        return { type, [`selected_${field}`]: element[`initial_${field}`] ?? [] };
      return many(`selected_${field}`, (word) => findChannel(ws, word)?.id);
    }
    case 'rich_text_input':
      return { type, rich_text_value: richTextOf(given) ?? element.initial_value ?? null };
    case 'datepicker':
      return { type, selected_date: given ?? element['initial_date'] ?? null };
    case 'timepicker':
      return { type, selected_time: given ?? element['initial_time'] ?? null };
    case 'datetimepicker':
      return {
        type,
        selected_date_time:
          given === undefined ? (element['initial_date_time'] ?? null) : Number(given),
      };
    default: {
      const value = given ?? element.initial_value ?? null;
      return { type, value: value === '' ? null : value };
    }
  }
}

/** An external select offers the app's last suggestions. */
function withSuggested(ws: Workspace, element: StoredElement): StoredElement {
  const suggested = ws.suggestions.get(element.action_id ?? '');
  if (!element.type.endsWith('external_select') || suggested === undefined) return element;
  return { ...element, options: [...suggested] };
}

function richTextOf(given: string | undefined): object | undefined {
  if (given === undefined || given === '') return undefined;
  const elements = [{ type: 'text', text: given }];
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

export function findChoice(element: StoredElement, word: string): Choice | undefined {
  const choices = [
    ...(element.options ?? []),
    ...(element.option_groups ?? []).flatMap((each) => each.options),
  ];
  return (
    choices.find((each) => each.value === word) ??
    choices.find((each) => wordsOf(each.text).toLowerCase() === word.toLowerCase())
  );
}

function chosen(element: StoredElement, given: string | undefined, initial: string): unknown {
  if (given === undefined || given === '') return element[initial] ?? null;
  return findChoice(element, given);
}

function pick(
  given: string | undefined,
  initial: unknown,
  find: (word: string) => string | undefined,
): unknown {
  return given === undefined || given === '' ? (initial ?? null) : find(given);
}

function splitList(given: string | undefined): string[] {
  return (given ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** No selection, no text. */
export function isBlank(value: Record<string, unknown>): boolean {
  return Object.entries(value).every(
    ([field, each]) =>
      field === 'type' ||
      each === null ||
      each === '' ||
      (Array.isArray(each) && each.length === 0),
  );
}
