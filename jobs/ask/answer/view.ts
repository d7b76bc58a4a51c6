// Views of a question and its answer: asked, growing, ended. Pure.
import type { Answer } from './notifier.ts';
import type { Fault } from '../../../src/kernel/errors.ts';
import { limits } from '../../../src/slack/messages/limits.ts';
import { splitMarkdown } from '../../../src/slack/messages/weight.ts';
import { lameMentions } from '../../../src/slack/messages/slack-text.ts';
import { plural, shorten } from '../../../src/kernel/text.ts';
import { faultMessage, kindCopy } from '../../../src/slack/messages/fault.ts';
import {
  type Block,
  type MessageButton,
  type Message,
  type OutcomeStatus,
  actions,
  context,
  outcome,
  section,
} from '../../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  escapeText,
  mention,
  joined,
  duration,
} from '../../../src/slack/messages/mrkdwn.ts';

/** A longer text, or one that needs more messages than this, becomes a file. */
const longest = { chars: 34_500, parts: 12 } as const;

export const isForFile = (body: string, parts: readonly string[]): boolean =>
  body.length > longest.chars || parts.length > longest.parts;

export interface AskedBy {
  readonly user: string;
  readonly prompt: string;
  readonly job: string;
  /** The question is directly above, in the thread. */
  readonly isInThread: boolean;
  /** Visible only to the asker: there is no thread for replies. */
  readonly isPrivate: boolean;
}

/** Outcome of an answer, before it is split into messages. */
export interface Ending {
  readonly status: OutcomeStatus;
  /** The fallback text: states the end without the blocks. */
  readonly spoken: Mrkdwn;
  /** The model's Markdown, with inert mentions. */
  readonly body: string;
  /** The body as the gateway sent it, if mentions in it were disabled: for a file. */
  readonly exact?: string;
  /** Every character counts, and a mention was disabled: a file holds the exact body too. */
  readonly needsExact?: boolean;
  /** Under the body: faults, notes, the footer, the next actions. */
  readonly after: readonly Block[];
}

export const stopButton = (job: string): MessageButton => ({
  label: 'Stop',
  action: 'ask.stop',
  value: job,
});
export const retryButton = (job: string): MessageButton => ({
  label: 'Retry',
  action: 'ask.retry',
  value: job,
});
const moreButton = (job: string): MessageButton => ({
  label: 'Ask a follow-up',
  action: 'ask.more',
  value: job,
});
const nextButtons = ({ job, isPrivate }: AskedBy): MessageButton[] => [
  ...(isPrivate ? [] : [moreButton(job)]),
  retryButton(job),
];

/** The question, whose answer is streamed into its thread. @param end outcome of the answer. */
export function askedMessage(asked: AskedBy, end?: Pick<Ending, 'status'>): Message {
  const line = askedLine(end);
  return {
    text: mrkdwn`“${escapeText(shorten(asked.prompt, 200))}” ${line.words}`,
    blocks: [
      question(asked),
      context(mrkdwn`${line.sign} ${line.words}`),
      ...(end === undefined ? [actions([stopButton(asked.job)])] : []),
    ],
    mark: { kind: 'accepted', job: asked.job },
  };
}

function askedLine(end: Pick<Ending, 'status'> | undefined): { sign: Mrkdwn; words: Mrkdwn } {
  if (end === undefined)
    return { sign: mrkdwn`:speech_balloon:`, words: mrkdwn`Answering in the thread.` };
  return end.status === 'ok'
    ? { sign: mrkdwn`:speech_balloon:`, words: mrkdwn`Answered in the thread.` }
    : { sign: mrkdwn`:warning:`, words: mrkdwn`The answer failed. Details are in the thread.` };
}

/** @param why reason of a delay, if there is one. */
export function waitingMessage(asked: AskedBy, why?: string, streams = true): Message {
  const what = streams ? 'Waiting for the model…' : 'Waiting for the complete answer…';
  return {
    text: mrkdwn`Answering: “${escapeText(shorten(asked.prompt, 200))}”${why === undefined ? '' : mrkdwn` ${escapeText(why)}`}`,
    blocks: [
      ...questionOf(asked),
      section(mrkdwn`:hourglass_flowing_sand: ${escapeText(why ?? what)}`),
      actions([stopButton(asked.job)]),
    ],
    mark: { kind: 'accepted', job: asked.job },
  };
}

export function growingMessage(asked: AskedBy, text: string, isResumed = false): Message {
  const shown = splitMarkdown(lameMentions(text))[0] ?? '';
  const again = isResumed ? ' The bot restarted and asked the model again.' : '';
  return {
    text: mrkdwn`Answering: “${escapeText(shorten(asked.prompt, 200))}”`,
    blocks: [
      ...questionOf(asked),
      markdown(shown),
      context(mrkdwn`:pencil2: Still writing…${again}`),
      actions([stopButton(asked.job)]),
    ],
    mark: { kind: 'accepted', job: asked.job },
  };
}

export function answered(asked: AskedBy, answer: Answer): Ending {
  const isRaw = answer.form === 'raw';
  const body = isRaw ? fenced(answer.text) : lameMentions(answer.text.trim());
  return {
    status: 'ok',
    spoken: mrkdwn`Answer to “${escapeText(shorten(asked.prompt, 150))}”: ${escapeText(answer.text.trim())}`,
    body,
    exact: isRaw ? answer.text : answer.text.trim(),
    needsExact: isRaw && lameMentions(answer.text) !== answer.text,
    after: [...notes(answer), context(footer(answer)), actions(nextButtons(asked))],
  };
}

export function stoppedAnswer(asked: AskedBy, partial: string): Ending {
  const words = partial === '' ? 'Stopped before the answer began.' : 'Stopped here.';
  return {
    status: 'ok',
    spoken: partial === '' ? mrkdwn`${words}` : mrkdwn`The answer was stopped.`,
    body: lameMentions(partial),
    exact: partial,
    after: [context(mrkdwn`:black_square_for_stop: ${words}`), actions(nextButtons(asked))],
  };
}

/** A fault between the bot and the gateway, after the answer was opened. */
export function failedAnswer(
  asked: AskedBy,
  fault: Fault,
  buttons: readonly MessageButton[],
): Ending {
  const { text, blocks } = faultMessage(fault, asked.job, [...buttons, retryButton(asked.job)]);
  return { status: kindCopy(fault.kind).status, spoken: text, body: '', after: blocks };
}

export function interruptedAnswer(): Ending {
  const text = 'The question is no longer stored.';
  return {
    status: 'failed',
    spoken: mrkdwn`Interrupted: ${text} Next: Ask it again.`,
    body: '',
    after: [section(mrkdwn`:warning: *Interrupted.* ${text}\n*Next:* Ask it again.`)],
  };
}

/** The one message with the ending, and the messages that follow in its thread. */
export function endingMessages(
  asked: AskedBy,
  ending: Ending,
  parts: readonly string[],
): [Message, ...Message[]] {
  const [first, ...rest] = parts;
  const blocks: Block[] = [
    ...questionOf(asked),
    ...(first === undefined || first === '' ? [] : [markdown(first)]),
    ...continued(rest.length),
    ...ending.after,
  ];
  return [
    { text: ending.spoken, blocks, mark: outcome(ending.status, asked.job) },
    ...rest.map((part, index): Message => ({
      text: mrkdwn`Answer, part ${index + 2} of ${parts.length}.`,
      blocks: [markdown(part)],
    })),
  ];
}

/** Announces the parts that follow. */
export function continued(more: number): Block[] {
  if (more === 0) return [];
  return [context(mrkdwn`Continues below in ${escapeText(plural(more, 'more part'))}.`)];
}

/** The note in the message when the complete answer is in a file. */
export function fileSummary(text: string): Mrkdwn {
  const words = text.split(/\s+/).filter((word) => word !== '').length;
  const fences = (text.match(/^\s{0,3}(?:`{3,}|~{3,})/gm) ?? []).length;
  const code = fences < 2 ? '' : mrkdwn`, ${Math.floor(fences / 2)} code blocks`;
  return mrkdwn`This is the beginning. The complete answer is in the file below: ${text.length} characters, ${words} words${code}.`;
}

/** Messages in place of a file that Slack has refused: the allowed part of the rest, and its length. */
export function withoutFile(left: readonly string[]): Message[] {
  const shown = left.slice(0, longest.parts);
  const words =
    shown.length === left.length
      ? mrkdwn`Slack refused the file. ${left.length === 0 ? 'The message above is all that can be shown.' : 'The complete answer is above.'}`
      : mrkdwn`Slack refused the file. The rest of the answer is not shown. *Next:* ask again with a smaller \`--max-tokens\`.`;
  return [
    ...shown.map((part, index): Message => ({
      text: mrkdwn`Answer, part ${index + 2} of ${left.length + 1}.`,
      blocks: [markdown(part)],
    })),
    { text: words, blocks: [context(mrkdwn`:warning: ${words}`)] },
  ];
}

/** Under a raw answer whose mentions were disabled. */
export const exactInFile = mrkdwn`Mentions are disabled here. The file below contains the exact answer.`;

const questionOf = (asked: AskedBy): Block[] =>
  asked.isInThread || asked.prompt === '' ? [] : [question(asked)];

function question({ user, prompt }: AskedBy): Block {
  return context(mrkdwn`${mention(user)} asked: ${shortened(prompt)}`);
}

/** Escaping can make a text five times as long. */
function shortened(prompt: string, most = 1_000): Mrkdwn {
  const words = escapeText(shorten(prompt, most));
  return words.length <= 1_500 ? words : shortened(prompt, Math.floor(most * 0.8));
}

export function markdown(text: string): Block {
  return { type: 'markdown', text };
}

/** A code block whose content cannot end it. */
function fenced(text: string): string {
  // Not as the arguments of one call, as there may be too many.
  const runs = text.match(/`+/g) ?? [];
  const longest = runs.reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${lameMentions(text)}\n${fence}`;
}

function notes({ cutAt, isFiltered, history }: Answer): Block[] {
  const said = [
    ...(isFiltered === true
      ? [
          mrkdwn`:scissors: The model server's content filter cut the answer off here. Rephrase the question to get the rest.`,
        ]
      : []),
    ...(cutAt === undefined
      ? []
      : [
          mrkdwn`:scissors: The answer reached its limit of ${cutAt} tokens. For a longer answer, ask with \`--max-tokens ${Math.min(32_768, cutAt * 4)}\`.`,
        ]),
    ...(history.left === 0
      ? []
      : [
          mrkdwn`The first ${escapeText(plural(history.left, 'question'))} of this thread no longer fit the model's context.`,
        ]),
  ];
  return said.map((line) => context(line));
}

function footer(answer: Answer): Mrkdwn {
  const { model, promptTokens, completionTokens, firstTokenMs, totalMs, quota } = answer;
  const tokens =
    completionTokens === undefined
      ? []
      : [mrkdwn`${promptTokens ?? 'unknown'} prompt + ${completionTokens} answer tokens`];
  const left = Math.max(0, quota.limit - quota.usedHere);
  return joined(
    [
      escapeText(model),
      ...tokens,
      ...(firstTokenMs === undefined ? [] : [mrkdwn`first token ${duration(firstTokenMs)}`]),
      mrkdwn`total ${duration(totalMs)}`,
      mrkdwn`${left} of ${quota.limit} requests left this ${escapeText(quota.window)} (counted by this bot)`,
    ],
    ' · ',
  );
}

/** The body in as many messages as it needs. @param shown visible length of it. */
export function partsOf(body: string, shown = 0, most: number = limits.markdown): string[] {
  return body === '' ? [] : splitMarkdown(body, most, shown);
}
