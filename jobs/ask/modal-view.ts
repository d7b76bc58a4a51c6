// The view of the ask modal. Pure.
import { z } from 'zod';
import { type CodecFields, codec } from '../../src/slack/messages/codec.ts';
import type { Modal } from '../../src/slack/messages/modal.ts';
import { type Block, context, outcome, section } from '../../src/slack/messages/message.ts';
import { cutText } from '../../src/kernel/text.ts';
import { type Mrkdwn, mrkdwn, codeBlock } from '../../src/slack/messages/mrkdwn.ts';

/** Ids of the modal and its fields. */
export const askModalIds = {
  callback: 'ask.submit',
  /** Longer text continues in the next field. */
  prompt: ['prompt', 'more', 'more-2', 'more-3'],
  maxTokens: 'max-tokens',
  seen: 'seen-by',
} as const;

/** Slack's limit for one field. */
const fieldChars = 3_000;
const aboutShown = 1_500;

/** Metadata that returns with the submission. */
export const askedFrom = codec(
  z.object({
    gateway: z.string(),
    channel: z.string(),
    threadTs: z.string().optional(),
    /** The thread has no reply yet: Slack shows no ephemeral message in it. */
    isThreadNew: z.boolean().optional(),
    /** Reference of the message that the question is about. */
    about: z.string().optional(),
    /** The job whose question is edited: its other options are kept. */
    from: z.string().optional(),
  }),
);

export interface AskModalParts {
  readonly job: string;
  /** A follow-up in the conversation of a thread. */
  readonly isMore: boolean;
  /** The message that the question is about. */
  readonly about: string | undefined;
  readonly kept: CodecFields<typeof askedFrom>;
  /** Only the asker sees the answer. */
  readonly isDirect?: boolean;
  /** An existing question, to be edited. */
  readonly initial?:
    | {
        readonly prompt: string;
        readonly maxTokens: number | undefined;
        readonly isPrivate: boolean;
      }
    | undefined;
}

export function askModal({ job, isMore, about, kept, isDirect, initial }: AskModalParts): Modal {
  const written = initial?.prompt ?? '';
  // Slack itself takes no longer messages than these fields together.
  const fields = about === undefined ? askModalIds.prompt : askModalIds.prompt.slice(0, 1);
  const pieces = inPieces(written, fields.length);
  const shown = pieces.join('').length;
  return {
    title: isMore ? 'Ask a follow-up' : 'Ask the gateway',
    blocks: [
      section(lead(isMore, about)),
      ...(about === undefined ? [] : aboutBlocks(about)),
      ...fields.map((id, index) => textInput(id, labelOf(index, about), pieces[index])),
      ...(shown < written.length ? [context(tooLong(written.length, shown))] : []),
      {
        type: 'input',
        block_id: askModalIds.maxTokens,
        optional: true,
        label: { type: 'plain_text', text: 'Maximum answer tokens (default 256)' },
        element: {
          type: 'number_input',
          action_id: askModalIds.maxTokens,
          is_decimal_allowed: false,
          min_value: '1',
          max_value: '32768',
          ...(initial?.maxTokens === undefined ? {} : { initial_value: String(initial.maxTokens) }),
        },
      },
      isDirect === true
        ? context(
            mrkdwn`The answer appears in your direct messages with the bot. Reply there to continue.`,
          )
        : seenBy(isMore || about !== undefined, initial?.isPrivate),
    ],
    mark: outcome('asked', job),
    form: { submit: 'Ask', callback: askModalIds.callback, metadata: askedFrom.write(kept) },
  };
}

function lead(isMore: boolean, about: string | undefined): Mrkdwn {
  if (isMore) return mrkdwn`The model also gets the earlier questions and answers of this thread.`;
  return about === undefined
    ? mrkdwn`Your prompt goes to the model unchanged. Each field holds 3,000 characters; continue a longer prompt in the next field.`
    : mrkdwn`The model gets your question, followed by this message:`;
}

function aboutBlocks(about: string): Block[] {
  const isLong = about.length > aboutShown;
  return [
    section(codeBlock(isLong ? `${cutText(about, aboutShown)}…` : about || ' ')),
    ...(isLong ? [context(mrkdwn`The model gets all ${about.length} characters.`)] : []),
  ];
}

const tooLong = (length: number, kept: number): Mrkdwn =>
  mrkdwn`Your question has ${length} characters. The fields hold the first ${kept}.`;

function labelOf(index: number, about: string | undefined): string {
  if (about !== undefined) return 'Your question';
  return index === 0 ? 'Prompt' : `Prompt, continued (${index + 1})`;
}

/** Never splits a surrogate pair. */
function inPieces(text: string, most: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length && pieces.length < most;) {
    const end = text.codePointAt(at + fieldChars - 1) ?? 0;
    const piece = text.slice(at, at + fieldChars - (end > 0xff_ff ? 1 : 0));
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

function textInput(id: string, label: string, initial = ''): Block {
  const isFirst = id === askModalIds.prompt[0];
  return {
    type: 'input',
    block_id: id,
    optional: !isFirst,
    label: { type: 'plain_text', text: label },
    element: {
      type: 'plain_text_input',
      action_id: id,
      multiline: true,
      max_length: fieldChars,
      ...(initial === '' ? {} : { initial_value: initial }),
      ...(isFirst ? { focus_on_load: true } : {}),
    },
  };
}

function seenBy(isThread: boolean, isPrivate = false): Block {
  const all = {
    text: {
      type: 'plain_text',
      text: isThread ? 'Everyone in the thread' : 'Everyone in the channel',
    },
    value: 'all',
  } as const;
  const own = { text: { type: 'plain_text', text: 'Only me' }, value: 'private' } as const;
  return {
    type: 'input',
    block_id: askModalIds.seen,
    label: { type: 'plain_text', text: 'Answer visible to' },
    element: {
      type: 'radio_buttons',
      action_id: askModalIds.seen,
      options: [all, own],
      initial_option: isPrivate ? own : all,
    },
  };
}

/** The notice that replaces the modal after a failure. */
