// Read position of each person per channel, and their unread messages.
import { notifiedBy } from './notified.ts';
import { type Channel, type Message, type Person, SLACKBOT } from './state.ts';
import { type Workspace, messagesOf } from './workspace.ts';

export interface Unread {
  /** Messages of others in the channel itself; replies count in direct messages, in one's own threads, and with a mention. */
  readonly unread: number;
  /** Those that mention the person, or are only for them. */
  readonly mentions: number;
  /** The last read message, '' if there is none. */
  readonly lastRead: string;
}

export function unreadOf(ws: Workspace, person: Person, channel: Channel): Unread {
  const isNamed = (each: Message): boolean => notifiedBy(ws, each).includes(person.id);
  const lastRead = ws.state.lastRead[person.id]?.[channel.id] ?? '';
  const all = messagesOf(ws, channel.id);
  const news = all
    .slice(all.findLastIndex((each) => !isLater(each.ts, lastRead)) + 1)
    .filter(
      (each) => each.user !== person.id && (isNamed(each) || concerns(person, channel, each, all)),
    );
  const whispers = ws.ephemerals.filter(
    (each) =>
      each.to === person.id &&
      each.channel === channel.id &&
      each.from !== SLACKBOT &&
      isLater(each.ts, lastRead),
  );
  const mentions = channel.kind === 'im' ? news : news.filter(isNamed);
  return { unread: news.length, mentions: mentions.length + whispers.length, lastRead };
}

/** Marks everything as read. @returns whether that changed anything */
export function markRead(ws: Workspace, person: Person, channel: Channel): boolean {
  const last = messagesOf(ws, channel.id).at(-1)?.ts ?? '';
  const whisper = ws.ephemerals.findLast(
    (each) => each.to === person.id && each.channel === channel.id,
  );
  const ts = whisper !== undefined && isLater(whisper.ts, last) ? whisper.ts : last;
  const marks = (ws.state.lastRead[person.id] ??= {});
  if (!isLater(ts, marks[channel.id] ?? '')) return false;
  marks[channel.id] = ts;
  ws.changed();
  return true;
}

function isLater(ts: string, than: string): boolean {
  return Number(ts) > Number(than);
}

function concerns(
  person: Person,
  channel: Channel,
  message: Message,
  all: readonly Message[],
): boolean {
  if (message.threadTs === undefined || channel.kind === 'im') return true;
  return all.some(
    (each) =>
      each.user === person.id &&
      (each.ts === message.threadTs || each.threadTs === message.threadTs),
  );
}
