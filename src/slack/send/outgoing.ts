// Single exit to Slack: redaction by value, size limits, marks for scripts.
import type { Modal } from '../messages/modal.ts';
import { fail } from '../../kernel/errors.ts';
import type { Redactor } from '../../kernel/redaction.ts';
import { spoken } from '../messages/mrkdwn.ts';
import { withoutOpenMention, lameMentions } from '../messages/slack-text.ts';
import { fitBlocks, fitText, limits } from '../messages/limits.ts';
import { pagesOf } from '../messages/weight.ts';
import type { Block, Mark, Message } from '../messages/message.ts';

/** Format of the Web API and of acks. */
export interface Payload {
  readonly text: string;
  readonly blocks: Block[];
}

export interface ChannelPayload extends Payload {
  readonly metadata?: { readonly event_type: string; readonly event_payload: MarkPayload };
}

export type MarkPayload = { readonly job: string; readonly status?: string };

export interface ModalPayload {
  readonly type: 'modal';
  readonly title: { readonly type: 'plain_text'; readonly text: string };
  readonly close: { readonly type: 'plain_text'; readonly text: string };
  readonly submit?: { readonly type: 'plain_text'; readonly text: string };
  readonly callback_id?: string;
  readonly private_metadata?: string;
  readonly blocks: Block[];
}

export interface HomeViewPayload {
  readonly type: 'home';
  readonly blocks: Block[];
}

export interface Outgoing {
  /** For acks, ephemeral messages and response_url: the mark is the first block's id. Later parts follow the first. */
  personal(message: Message): readonly [Payload, ...Payload[]];
  /** For channel messages: the mark is Slack's message metadata, on the first part. */
  channel(message: Message): readonly [ChannelPayload, ...ChannelPayload[]];
  /** The part of a growing Markdown text that later text cannot change: appended text stays. */
  settled(text: string): string;
  /** A separate Markdown text. */
  whole(text: string): string;
  modal(modal: Modal): ModalPayload;
  home(blocks: readonly Block[]): HomeViewPayload;
  /** This and the next are the only payloads that are not redacted: a key in a modal opened by its owner's own click; */
  reveal(modal: Modal): ModalPayload;
  /** or an ephemeral message for its owner, if Slack opens no modal. */
  revealPersonal(message: Message): readonly Payload[];
}

export function createOutgoing(redactor: Redactor): Outgoing {
  const pages = ({ text, blocks }: Message): Payload[] => {
    const safe = redactor.json({ text, blocks });
    // Redacted again, as separate parts may become adjacent when marks are omitted.
    return fitted(redactor.text(fallbackText(safe)), safe.blocks);
  };
  const fitted = (text: string, all: readonly Block[]): Payload[] => {
    if (text.trim() === '') {
      throw fail('bug', 'empty_text', 'A message without a text was about to be sent.');
    }
    // Redaction comes before any split, as half a secret is not recognised.
    return pagesOf(fitBlocks(all)).map((blocks, index) => ({
      text: index === 0 ? fitText(text) : `(continued, part ${index + 1})`,
      blocks,
    }));
  };
  return {
    personal: (message) => {
      const [first, ...rest] = pages(message);
      return [withBlockMark(present(first), message.mark), ...rest];
    },
    channel: (message) => {
      const [first, ...rest] = pages(message);
      return [{ ...present(first), ...metadata(message.mark) }, ...rest];
    },
    // Trailing blanks may be dropped from the whole.
    settled: (text) => lameMentions(withoutOpenMention(redactor.settled(text)).trimEnd()),
    whole: (text) => redactor.text(text),
    modal: (modal) => toModal(redactor.json(modal)),
    home: (blocks) => ({ type: 'home', blocks: viewBlocks(redactor.json(blocks), 'Home') }),
    reveal: toModal,
    revealPersonal: (message) => {
      const [first, ...rest] = fitted(fallbackText(message), message.blocks);
      return [withBlockMark(present(first), message.mark), ...rest];
    },
  };
}

/** Beside blocks, the text is for screen readers and notifications; alone, it is the message. */
const fallbackText = ({ text, blocks }: Pick<Message, 'text' | 'blocks'>): string =>
  blocks.length === 0 ? text : spoken(text);

function present(payload: Payload | undefined): Payload {
  if (payload === undefined) throw fail('bug', 'no_page', 'A message came out empty.');
  return payload;
}

function metadata(mark: Mark | undefined): Pick<ChannelPayload, 'metadata'> {
  if (mark === undefined) return {};
  return mark.kind === 'outcome'
    ? {
        metadata: {
          event_type: 'llmgw_outcome',
          event_payload: { status: mark.status, job: mark.job },
        },
      }
    : { metadata: { event_type: 'llmgw_accepted', event_payload: { job: mark.job } } };
}

/** Slack has no metadata for ephemeral messages and modals. */
function withBlockMark(payload: Payload, mark: Mark | undefined): Payload {
  return { text: payload.text, blocks: markBlocks(payload.blocks, mark) };
}

function markBlocks(blocks: readonly Block[], mark: Mark | undefined): Block[] {
  const [first, ...rest] = blocks;
  if (mark === undefined || first === undefined) return [...blocks];
  const id =
    mark.kind === 'outcome'
      ? `llmgw.outcome:${mark.status}:${mark.job}`
      : `llmgw.accepted:${mark.job}`;
  return [{ ...first, block_id: id }, ...rest];
}

function toModal(modal: Modal): ModalPayload {
  const blocks = markBlocks(viewBlocks(modal.blocks, modal.title), modal.mark);
  return {
    type: 'modal',
    title: { type: 'plain_text', text: modal.title },
    close: { type: 'plain_text', text: modal.form === undefined ? 'Close' : 'Cancel' },
    ...formOf(modal),
    blocks,
  };
}

function viewBlocks(blocks: readonly Block[], title: string): Block[] {
  const fitted = fitBlocks(blocks);
  if (fitted.length > limits.viewBlocks || title.length > limits.title) {
    throw fail('bug', 'view_too_long', `The view “${title}” is larger than Slack takes.`);
  }
  return fitted;
}

function formOf({
  form,
}: Modal): Pick<ModalPayload, 'submit' | 'callback_id' | 'private_metadata'> {
  if (form === undefined) return {};
  return {
    submit: { type: 'plain_text', text: form.submit },
    callback_id: form.callback,
    private_metadata: form.metadata,
  };
}
