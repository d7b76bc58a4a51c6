// The window that takes a prompt. Pure.
import type { Modal } from '../outgoing.ts';
import { codeBlock } from '../slack-text.ts';
import { type Block, context, outcome, section } from './message.ts';

/** Ids of the window and of its fields. */
export const askForm = {
  callback: 'ask.submit',
  prompt: 'prompt',
  more: 'more',
  maxTokens: 'max-tokens',
  seen: 'seen-by',
} as const;

/** Slack takes no more in one field. */
const fieldChars = 3_000;
const aboutShown = 1_500;

export interface AskWindow {
  readonly job: string;
  /** It goes on with the conversation of a thread. */
  readonly isMore: boolean;
  /** The message that it is about. */
  readonly about: string | undefined;
  readonly metadata: string;
  /** The answer goes where only the asker reads. */
  readonly isDirect?: boolean;
  /** A question that is there already, to be changed. */
  readonly initial?:
    | {
        readonly prompt: string;
        readonly maxTokens: number | undefined;
        readonly isPrivate: boolean;
      }
    | undefined;
}

export function askModal({ job, isMore, about, metadata, isDirect, initial }: AskWindow): Modal {
  const written = initial?.prompt ?? '';
  return {
    title: isMore ? 'Ask more' : 'Ask the gateway',
    blocks: [
      section(lead(isMore, about)),
      ...(about === undefined ? [] : aboutBlocks(about)),
      textInput(
        askForm.prompt,
        about === undefined ? 'Prompt' : 'Your question',
        false,
        written.slice(0, fieldChars),
      ),
      ...(about === undefined
        ? [
            textInput(
              askForm.more,
              'More of it, if one field is too short',
              true,
              written.slice(fieldChars, 2 * fieldChars),
            ),
            ...(written.length > 2 * fieldChars ? [context(tooLong(written.length))] : []),
          ]
        : []),
      {
        type: 'input',
        block_id: askForm.maxTokens,
        optional: true,
        label: { type: 'plain_text', text: 'Longest answer, in tokens (256 if empty)' },
        element: {
          type: 'number_input',
          action_id: askForm.maxTokens,
          is_decimal_allowed: false,
          min_value: '1',
          max_value: '32768',
          ...(initial?.maxTokens === undefined ? {} : { initial_value: String(initial.maxTokens) }),
        },
      },
      isDirect === true
        ? context('The answer comes in your direct messages with me; replies there go on with it.')
        : seenBy(isMore || about !== undefined, initial?.isPrivate),
    ],
    mark: outcome('asked', job),
    form: { submit: 'Ask', callback: askForm.callback, metadata },
  };
}

function lead(isMore: boolean, about: string | undefined): string {
  if (isMore) return 'The model is shown what was asked and answered in the thread so far.';
  return about === undefined
    ? 'Line breaks, quotes and code reach the model as you write them.'
    : 'The model is shown your question and, below it, this message:';
}

function aboutBlocks(about: string): Block[] {
  const isLong = about.length > aboutShown;
  return [
    section(codeBlock(isLong ? `${about.slice(0, aboutShown)}…` : about || ' ')),
    ...(isLong ? [context(`All ${about.length} characters of it are sent.`)] : []),
  ];
}

const tooLong = (length: number): string =>
  `Your question had ${length} characters; these are its first ${2 * fieldChars}.`;

function textInput(id: string, label: string, isOptional: boolean, initial = ''): Block {
  return {
    type: 'input',
    block_id: id,
    optional: isOptional,
    label: { type: 'plain_text', text: label },
    element: {
      type: 'plain_text_input',
      action_id: id,
      multiline: true,
      max_length: fieldChars,
      ...(initial === '' ? {} : { initial_value: initial }),
      ...(isOptional ? {} : { focus_on_load: true }),
    },
  };
}

function seenBy(isThread: boolean, isPrivate = false): Block {
  const all = {
    text: {
      type: 'plain_text',
      text: isThread ? 'Everybody in the thread' : 'Everybody in the channel',
    },
    value: 'all',
  } as const;
  const own = { text: { type: 'plain_text', text: 'Only I' }, value: 'private' } as const;
  return {
    type: 'input',
    block_id: askForm.seen,
    label: { type: 'plain_text', text: 'Who sees the answer' },
    element: {
      type: 'radio_buttons',
      action_id: askForm.seen,
      options: [all, own],
      initial_option: isPrivate ? own : all,
    },
  };
}

/** What takes the form's place when it cannot be. */
export function askNotice(text: string): Modal {
  return { title: 'Ask the gateway', blocks: [section(text)] };
}
