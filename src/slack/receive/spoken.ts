// Messages of people, from message events: text, place and attachments. Pure.
import { z } from 'zod';
import type { Author } from '../people/person.ts';
import { readAuthor } from '../people/read-delivery.ts';
import { escapeText } from '../messages/mrkdwn.ts';
import { quoted, textOfBlocks, textOfTables } from './block-text.ts';
import { type Receipt, messageAge } from './message-age.ts';

/** One message of a person, new or edited. */
export interface Spoken {
  readonly user: string;
  readonly author: Author;
  readonly channel: string;
  /** With the channel, the message's identity across all edits. */
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly isDirect: boolean;
  /** In Slack's encoded form. */
  readonly text: string;
  /** Messages forwarded with it, quoted, in Slack's encoded form. */
  readonly forwarded: string;
  readonly files: number;
  /** The event is about an edit. */
  readonly isEdited: boolean;
  /** Seconds from the message to its edit or its delivery, whichever is later. */
  readonly age: number;
}

const text = z.string().nullish().catch(undefined);

const stamp = z.union([z.string(), z.number()]).nullish().catch(undefined);

const files = z.array(z.unknown()).nullish().catch(undefined);

const message = z.looseObject({
  user: z.string().min(1),
  ts: z.string().min(1),
  text,
  thread_ts: text,
  subtype: text,
  channel: text,
  channel_type: text,
  event_ts: stamp,
  edited: z.looseObject({ ts: stamp }).nullish().catch(undefined),
  files,
  attachments: z.array(z.unknown()).nullish().catch(undefined),
  blocks: z.unknown().optional(),
});

const changed = z.looseObject({
  channel: z.string(),
  channel_type: text,
  ts: stamp,
  event_ts: stamp,
  message: z.unknown().optional(),
  previous_message: z.unknown().optional(),
});

/** Messages that people write; all other subtypes are the workspace's own. */
const spokenSubtypes = new Set([undefined, 'me_message', 'file_share', 'thread_broadcast']);

/**
 * @param receipt of the event; by default it was delivered just now.
 * @returns undefined for anything but a message that a person wrote or edited.
 */
export function readSpoken(
  event: unknown,
  receipt: Receipt = { receivedAt: Date.now() / 1000 },
): Spoken | undefined {
  const subtype = z.looseObject({ subtype: text }).safeParse(event).data?.subtype;
  return subtype === 'message_changed' ? readChanged(event, receipt) : readMessage(event, receipt);
}

function readMessage(event: unknown, receipt: Receipt, outerTs?: unknown): Spoken | undefined {
  const read = message.safeParse(event).data;
  const author = readAuthor(event);
  if (read === undefined || author.isProgram) return undefined;
  if (!spokenSubtypes.has(read.subtype ?? undefined)) return undefined;
  const { channel, attachments, ts, edited, event_ts: eventTs } = read;
  if (channel === null || channel === undefined) return undefined;
  const plain = read.text ?? '';
  return {
    user: read.user,
    author,
    channel,
    ts,
    threadTs: read.thread_ts ?? undefined,
    isDirect: read.channel_type === 'im',
    text: [plain.trim() === '' ? textOfBlocks(read.blocks) : plain, ...tablesOf(read)]
      .filter((words) => words.trim() !== '')
      .join('\n\n'),
    forwarded: forwardedText(attachments ?? []),
    files: (read.files ?? []).length + forwardedFiles(attachments ?? []),
    isEdited: edited !== null && edited !== undefined,
    age: messageAge({ ts, editedTs: edited?.ts, eventTs, outerTs }, receipt),
  };
}

/** A pasted table is a block beside the text, or an attachment that is no forward and no link preview. */
function tablesOf({ text: plain, blocks, attachments }: z.infer<typeof message>): string[] {
  const beside = (attachments ?? []).flatMap((one) => {
    const read = attachment.safeParse(one).data;
    return read === undefined || isForwarded(read) ? [] : [textOfTables(read.blocks)];
  });
  return [(plain ?? '').trim() === '' ? '' : textOfTables(blocks), ...beside];
}

/** Slack also reports changes other than the author's edits, such as unfurled links. */
function readChanged(event: unknown, receipt: Receipt): Spoken | undefined {
  const outer = changed.safeParse(event).data;
  if (outer === undefined) return undefined;
  const { channel, channel_type, event_ts, ts, previous_message: before } = outer;
  const now = message.safeParse(outer.message).data;
  const then = message.safeParse(before).data;
  if (now?.edited === undefined || now.edited === null) return undefined;
  if (then?.edited?.ts === now.edited.ts && then?.text === now.text) return undefined;
  return readMessage({ ...now, channel, channel_type, event_ts }, receipt, ts);
}

const attachment = z.looseObject({
  is_share: z.boolean().nullish().catch(undefined),
  is_msg_unfurl: z.boolean().nullish().catch(undefined),
  ts: stamp,
  channel_id: text,
  message_blocks: z.unknown().optional(),
  blocks: z.unknown().optional(),
  /** Text of the forwarded message itself, such as an alert's. */
  attachments: z.array(z.unknown()).nullish().catch(undefined),
  pretext: text,
  title: text,
  text,
  fields: z
    .array(z.looseObject({ title: text, value: text }))
    .nullish()
    .catch(undefined),
  fallback: text,
  author_name: text,
  files,
});

/** Attachments also contain link previews, which nobody has written. */
export function forwardedText(attachments: readonly unknown[]): string {
  return attachments
    .flatMap((one) => {
      const read = attachment.safeParse(one).data;
      if (read === undefined || !isForwarded(read)) return [];
      const words = attachmentText(read).trim();
      if (words === '') return [];
      const author = escapeText((read.author_name ?? '').replaceAll(/\s+/g, ' ').trim());
      const head = author === '' ? 'Forwarded message:' : `Forwarded message from ${author}:`;
      return [`${head}\n${quoted(words)}`];
    })
    .join('\n\n');
}

/** Files of forwarded messages: they are not read, like those of the message itself. */
function forwardedFiles(attachments: readonly unknown[]): number {
  return attachments.reduce<number>((sum, one) => {
    const read = attachment.safeParse(one).data;
    if (read === undefined || !isForwarded(read)) return sum;
    return sum + (read.files ?? []).length + forwardedFiles(read.attachments ?? []);
  }, 0);
}

function isForwarded(read: z.infer<typeof attachment>): boolean {
  const names = typeof read.channel_id === 'string' && read.ts !== null && read.ts !== undefined;
  return read.is_share === true || read.is_msg_unfurl === true || names || hasBlocks(read);
}

const hasBlocks = ({ message_blocks: blocks }: z.infer<typeof attachment>): boolean =>
  Array.isArray(blocks) && blocks.length > 0;

/** The content of an app's message is in its blocks: its text is for notifications. People's blocks repeat the text. */
function attachmentText(read: z.infer<typeof attachment>): string {
  const plain = classicText(read);
  // Each entry of `message_blocks` wraps the blocks of one message.
  const wrapped = wrappedBlocks.safeParse(read.message_blocks).data ?? [];
  const found = [...wrapped.map((one) => one.message.blocks), read.blocks].filter(
    (blocks) => plain === '' || isOfApp(blocks),
  );
  const nested = (read.attachments ?? []).flatMap((one) => {
    const inner = attachment.safeParse(one).data;
    return inner === undefined ? [] : [attachmentText(inner)];
  });
  const words = [...found.map(textOfBlocks), ...nested].filter((each) => each.trim() !== '');
  if (plain !== '' && !words.some((each) => each.includes(plain))) words.unshift(plain);
  if (words.length > 0) return words.join('\n\n');
  // For a file, and without a preview by Slack, the fallback says nothing of the message.
  const fallback = read.fallback ?? '';
  return (read.files ?? []).length > 0 || fallback === noPreview ? '' : fallback;
}

/** The fields of an attachment without blocks, as alerts have them. */
function classicText({ pretext, title, text: body, fields }: z.infer<typeof attachment>): string {
  const rows = (fields ?? []).map((each) => `${each.title ?? ''}: ${each.value ?? ''}`);
  return [pretext, title, body, ...rows]
    .map((words) => (words ?? '').trim())
    .filter((words) => words !== '')
    .join('\n');
}

const wrappedBlocks = z.array(
  z.looseObject({ message: z.looseObject({ blocks: z.unknown().optional() }) }),
);

const isOfApp = (blocks: unknown): boolean =>
  z
    .array(z.looseObject({ type: z.string() }))
    .safeParse(blocks)
    .data?.some(({ type }) => type !== 'rich_text') === true;

const noPreview = '[no preview available]';
