// Reasoning within an answer's text, from model servers without a reasoning parser. Pure.

/** Opening and closing marks, as chat templates have them. */
const tags: readonly (readonly [open: RegExp, close: RegExp])[] = [
  // DeepSeek, Qwen and similar models.
  [
    /^<(?:[a-z]+:)?(?:think|thinking|thought|reasoning)\b[^<>]*>/i,
    /<\/(?:[a-z]+:)?(?:think|thinking|thought|reasoning)>/i,
  ],
  // Mistral's Magistral.
  [/^\[THINK\]/i, /\[\/THINK\]/i],
  // Kimi.
  [/^◁think▷/i, /◁\/think▷/i],
  // Cohere's Command.
  [/^<\|START_THINKING\|>/i, /<\|END_THINKING\|>/i],
  [/^<\|begin_of_thought\|>/i, /<\|end_of_thought\|>/i],
  // Gemma.
  [/^<\|channel>(?:thought|analysis)?/i, /<channel\|>/i],
];

/** gpt-oss: each message names its channel; only that of `final` is the answer. */
const channel = /^<\|(?:start|channel)\|>|^\w+\s*<\|message\|>/i;
const channelEnd = /<\|(?:return|end|call)\|>[^]*$/i;
const finalChannel = /(?:<\|channel\|>\s*|^)final\b[^<]*(?:<\|[a-z]+\|>[^<]*)??<\|message\|>/i;

/** A model that repeats itself may write closing marks to its limit. */
const blocksAtMost = 100;

/** The answer after the reasoning; empty if none has begun. */
export function withoutReasoning(text: string): string {
  const rest = afterOpened(text);
  // A template may put the opening mark at the end of the prompt: then the answer has only the closing one.
  const closed = tags.find(([open, close]) => {
    const end = lineEnd(close).exec(rest);
    const inside = new RegExp(open.source.slice(1), open.flags);
    return end !== null && !inside.test(rest.slice(0, end.index));
  });
  return closed === undefined
    ? rest
    : withoutFrame(afterOpened(afterMatch(rest, lineEnd(closed[1])) ?? '').trim());
}

/** The same for a growing answer: reasoning is recognised by its opening mark, which may be incomplete. */
export function growingAnswer(text: string): string {
  const answer = afterOpened(text);
  return /^[<[◁][^>\]▷\s]{0,24}$/.test(answer) ? '' : answer;
}

function afterOpened(text: string): string {
  let rest = text.trim();
  if (channel.test(rest)) return afterChannels(rest);
  for (let block = 0; block < blocksAtMost; block += 1) {
    const start = rest;
    const opened = tags.find(([open]) => open.test(start));
    if (opened === undefined) return block === 0 ? rest : withoutFrame(rest);
    rest = (afterMatch(start, opened[1]) ?? '').trim();
  }
  return rest;
}

/** Hunyuan and ERNIE put the answer after the reasoning into their own tags. */
const withoutFrame = (text: string): string =>
  text.replace(/^<(answer|response)>\s*([^]*?)\s*(?:<\/\1>)?$/i, '$2');

/** An answer may mention the mark within a line. */
const lineEnd = (close: RegExp): RegExp =>
  new RegExp(`${close.source}(?=\\s*(?:\n|$|<\\|))`, close.flags);

function afterMatch(text: string, mark: RegExp): string | undefined {
  const found = mark.exec(text);
  return found === null ? undefined : text.slice(found.index + found[0].length);
}

function afterChannels(text: string): string {
  return (afterMatch(text, finalChannel) ?? '').replace(channelEnd, '').trim();
}

/** Without visible text: only blanks, invisible characters and leaked marks of a template. */
export const isBlank = (text: string): boolean =>
  text
    .replaceAll(/<\|[^<>|\s]+\|>|<\/?s>|<(?:eos|bos|pad|end_of_turn)>/gi, '')
    .replaceAll(/[\s\p{Cc}\p{Cf}]/gu, '') === '';
