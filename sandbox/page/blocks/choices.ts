// Options and initial selection of every kind of select.
import { type BlockElement, plain } from './block-kit.ts';
import type { BlockActions } from './block-actions.ts';

export interface Choice {
  readonly key: string;
  readonly label: string;
  readonly detail?: string;
  readonly group?: string;
}

export function isMany({ type }: BlockElement): boolean {
  return type.startsWith('multi_') || type === 'checkboxes';
}

export function choicesOf(element: BlockElement, on: BlockActions): readonly Choice[] {
  const { type } = element;
  const named = (list: BlockActions['people']): Choice[] =>
    list.map(({ id, label }) => ({ key: id, label }));
  if (type.endsWith('users_select')) return named(on.people);
  if (type.endsWith('channels_select') || type.endsWith('conversations_select'))
    return named(on.channels);
  const groups = element.option_groups ?? [{ label: undefined, options: element.options ?? [] }];
  return groups.flatMap(({ label, options }) =>
    options.map(({ value, text, description }) => ({
      key: value,
      label: plain(text),
      ...(description === undefined ? {} : { detail: plain(description) }),
      ...(label === undefined ? {} : { group: plain(label) }),
    })),
  );
}

export function chosenAtFirst(element: BlockElement): readonly string[] {
  const { initial_option: option, initial_options: options } = element;
  return [
    ...(option === undefined ? [] : [option.value]),
    ...(options ?? []).map(({ value }) => value),
    ...[element.initial_user, element.initial_channel, element.initial_conversation].filter(
      (each) => each !== undefined,
    ),
    ...(element.initial_users ?? element.initial_channels ?? element.initial_conversations ?? []),
  ];
}
