// Messages and modals as text: author, channel, recipient, and framed modals.
import type { Screen, ScreenMessage, ScreenModal } from '../slack/screen.ts';
import { renderBlocks } from './render-blocks.ts';
import { type Names, plainMrkdwn } from './render-text.ts';

export function renderMessage(message: ScreenMessage, names: Names): string {
  const marks = [
    message.threadTs !== undefined ? 'in a thread' : '',
    message.ephemeral ? 'only visible to you' : '',
    message.streaming ? 'still writing' : '',
  ].filter((each) => each !== '');
  const place = names.channel(message.channel);
  const head = `${message.from.name} ${place.startsWith('@') ? 'to you' : `in #${place}`}`;
  const title = marks.length === 0 ? `${head}:` : `${head} (${marks.join(', ')}):`;
  return [title, ...bodyLines(message, names).map((line) => `  ${line}`.trimEnd())].join('\n');
}

/** The blocks, if there are any: `text` is then only a fallback. */
export function bodyLines(message: ScreenMessage, names: Names): string[] {
  const lines =
    message.blocks.length > 0
      ? renderBlocks(message.blocks, names)
      : plainMrkdwn(message.text, names).split('\n');
  const files = message.files.map((each) => `(file: ${each.name})`);
  const reactions = message.reactions.map((each) => `:${each.name}: ${each.users.length}`);
  return [...lines, ...files, ...(reactions.length === 0 ? [] : [reactions.join(' ')])];
}

export function renderModal(modal: ScreenModal, names: Names): string {
  const buttons = [modal.submit, modal.close ?? 'Close'].filter((each) => each !== null);
  const lines = [
    ...(modal.notice === '' ? [] : [`! ${modal.notice}`]),
    ...renderBlocks(modal.blocks, names, modal.errors),
    buttons.map((each) => `[${each}]`).join(' '),
  ];
  const width = Math.min(76, Math.max(modal.title.length + 4, ...lines.map((each) => each.length)));
  return [
    `┌─ ${modal.title} ${'─'.repeat(Math.max(0, width - modal.title.length - 2))}`,
    ...lines.map((line) => `│ ${line}`.trimEnd()),
    `└${'─'.repeat(width + 1)}`,
  ].join('\n');
}

/** Names from the screen and the list of people. */
export function namesOf(screen: Screen, people: readonly { id: string; name: string }[]): Names {
  return {
    person: (id) => people.find((each) => each.id === id)?.name ?? id,
    channel: (id) => {
      const channel = screen.channels.find((each) => each.id === id);
      if (channel === undefined) return id;
      return channel.kind === 'im' ? `@${channel.bot?.name ?? 'llmgw'}` : channel.name;
    },
  };
}
