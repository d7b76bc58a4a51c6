// A prompt and its answer, while it grows and when it stands; and a gateway fault in its place. Pure.
import type { Answer, ExplainedFault } from '../../../jobs/audience.ts';
import { limits, splitText } from '../limits.ts';
import { codeBlock, duration, escapeText, lameMentions, shorten } from '../slack-text.ts';
import { type Block, type Message, actions, context, outcome, section } from './message.ts';

/** A piece of a growing answer that is shown, from its start. */
const growingChars = 10_000;

export interface Asked {
  readonly user: string;
  readonly prompt: string;
  readonly job: string;
}

export function openAnswer(asked: Asked): Message {
  return {
    text: `An answer to “${shorten(escapeText(asked.prompt), 200)}” is on its way.`,
    blocks: [question(asked), section(':hourglass_flowing_sand: Waiting for the first words…')],
    mark: { kind: 'accepted', job: asked.job },
  };
}

export function growingAnswer(asked: Asked, text: string): Message {
  const shown = splitText(text, growingChars)[0] ?? '';
  return {
    text: `An answer to “${shorten(escapeText(asked.prompt), 200)}” is being written.`,
    blocks: [question(asked), markdown(shown), context(':pencil2: still writing…')],
    mark: { kind: 'accepted', job: asked.job },
  };
}

/** The first message replaces the growing one; the others follow in its thread. */
export function finishedAnswer(asked: Asked, answer: Answer): [Message, ...Message[]] {
  const empty = answer.text.trim() === '';
  const parts = empty ? [] : splitText(answer.text.trim(), limits.markdown);
  const [first, ...rest] = parts;
  const blocks: Block[] = [
    question(asked),
    first === undefined
      ? section('_The model answered with nothing. Ask in other words._')
      : markdown(first),
    ...(rest.length === 0
      ? []
      : [
          context(
            `The answer goes on in the thread, in ${rest.length} more ${rest.length === 1 ? 'part' : 'parts'}.`,
          ),
        ]),
    context(footer(answer)),
  ];
  return [
    { text: spoken(answer), blocks, mark: outcome('ok', asked.job) },
    ...rest.map((part, index): Message => ({
      text: `The answer goes on, part ${index + 2} of ${parts.length}.`,
      blocks: [markdown(part)],
    })),
  ];
}

export function explainedFault(asked: Asked, fault: ExplainedFault): Message {
  const status = fault.status === undefined ? '' : ` (HTTP ${fault.status})`;
  const again =
    fault.retryAfterMs === undefined
      ? ''
      : ` It may be tried again in ${duration(fault.retryAfterMs)}.`;
  const blocks: Block[] = [
    question(asked),
    section(
      `:warning: *${escapeText(fault.title)}*${status}\n${escapeText(fault.meaning)}${again}\n*Next:* ${escapeText(fault.next)}`,
    ),
  ];
  if (fault.raw !== undefined && fault.raw !== '')
    blocks.push(section(codeBlock(fault.raw.slice(0, 2_500))));
  const { action } = fault;
  if (action !== undefined) {
    const value = action.command;
    blocks.push(actions([{ label: action.label, action: `command.${commandWord(value)}`, value }]));
  }
  blocks.push(context(`${fault.row} · ${asked.job}`));
  return {
    text: `${fault.title}: ${fault.meaning}${again} Next: ${fault.next}`,
    blocks,
    mark: outcome('failed', asked.job),
  };
}

function commandWord(command: string): string {
  return /^[a-z]+/.exec(command)?.[0] ?? 'help';
}

function question({ user, prompt }: Asked): Block {
  return context(`<@${user}> asked: ${shorten(escapeText(prompt), 1_000)}`);
}

function markdown(text: string): Block {
  return { type: 'markdown', text: lameMentions(text) };
}

function spoken({ text, prompt }: Answer): string {
  const answer = escapeText(text.trim());
  return `The answer to “${shorten(escapeText(prompt), 150)}”: ${answer === '' ? 'nothing' : answer}`;
}

function footer(answer: Answer): string {
  const { model, promptTokens, completionTokens, firstTokenMs, totalMs, quota } = answer;
  const tokens =
    completionTokens === undefined ? [] : [`${promptTokens ?? '?'} + ${completionTokens} tokens`];
  return [
    escapeText(model),
    ...tokens,
    ...(firstTokenMs === undefined ? [] : [`first token ${duration(firstTokenMs)}`]),
    `total ${duration(totalMs)}`,
    `quota ${quota.usedHere} of ${quota.limit} used this ${escapeText(quota.window)} from here`,
  ].join(' · ');
}
