// Slack's mrkdwn and the markdown of models, as elements: never as HTML strings.
import type { ComponentChildren, VNode } from 'preact';

export interface Names {
  person(id: string): string;
  channel(id: string): string;
}

/** Slack's own markup: *bold*, _italic_, ~strike~, `code`, ```blocks```, <url|text>, <@U…>, <#C…>, <!date…>, :emoji:. */
export function Mrkdwn({ text, names }: { text: string; names: Names }): VNode {
  return (
    <>
      {codeBlocks(text).map((part) => (part.code ? codeBlock(part.text) : lines(part.text, names)))}
    </>
  );
}

/** Markdown as models write it: headings and lists too; inline marks as in mrkdwn, with ** for bold. */
export function Markdown({ text, names }: { text: string; names: Names }): VNode {
  return (
    <>
      {codeBlocks(text).map((part) =>
        part.code
          ? codeBlock(part.text)
          : lines(
              part.text.replaceAll(/\*\*([^*\n]+)\*\*/g, '*$1*').replaceAll(/^#+ (.*)$/gm, '*$1*'),
              names,
            ),
      )}
    </>
  );
}

function codeBlocks(text: string): { code: boolean; text: string }[] {
  return text
    .split('```')
    .map((part, index) => ({ code: index % 2 === 1, text: part }))
    .filter((part) => part.text !== '');
}

function codeBlock(text: string): VNode {
  return <pre>{unescape(text.replace(/^[a-z]*\n/, ''))}</pre>;
}

function lines(text: string, names: Names): VNode[] {
  return text.split('\n').map((line, index, all) => (
    <>
      {line.startsWith('&gt; ') ? <q>{inline(line.slice(5), names)}</q> : inline(line, names)}
      {index < all.length - 1 ? <br /> : null}
    </>
  ));
}

const marks =
  /(`[^`\n]+`)|(<[^<>\n]+>)|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])/g;

function inline(text: string, names: Names): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    if (match.index > at) out.push(words(text.slice(at, match.index)));
    const [whole, code, link, bold, italic, strike] = match;
    if (code !== undefined) out.push(<code>{unescape(code.slice(1, -1))}</code>);
    else if (link !== undefined) out.push(reference(link.slice(1, -1), names));
    else if (bold !== undefined) out.push(<strong>{inline(bold, names)}</strong>);
    else if (italic !== undefined) out.push(<em>{inline(italic, names)}</em>);
    else if (strike !== undefined) out.push(<s>{inline(strike, names)}</s>);
    at = match.index + whole.length;
  }
  if (at < text.length) out.push(words(text.slice(at)));
  return out;
}

function reference(inside: string, names: Names): VNode {
  const [target = '', label] = inside.split('|');
  if (target.startsWith('@')) return <span class="mention">@{names.person(target.slice(1))}</span>;
  if (target.startsWith('#')) return <span class="mention">#{names.channel(target.slice(1))}</span>;
  if (target.startsWith('!date')) return <span>{label ?? target}</span>;
  if (target.startsWith('!')) return <span class="mention">@{label ?? target.slice(1)}</span>;
  return (
    <a href={/^(https?|mailto):/.test(target) ? target : '#'} target="_blank" rel="noreferrer">
      {unescape(label ?? target)}
    </a>
  );
}

/** The few emoji that the bot uses as state marks; any other name stays as it is typed. */
const emoji: Record<string, string> = {
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  hourglass_flowing_sand: '⏳',
  hourglass: '⌛',
  x: '❌',
  warning: '⚠️',
  no_entry: '⛔',
  no_entry_sign: '🚫',
  white_circle: '⚪',
  large_blue_circle: '🔵',
  large_green_circle: '🟢',
  red_circle: '🔴',
  arrows_counterclockwise: '🔄',
  key: '🔑',
  lock: '🔒',
  unlock: '🔓',
  rocket: '🚀',
  octagonal_sign: '🛑',
  black_square_for_stop: '⏹️',
  eyes: '👀',
  speech_balloon: '💬',
};

function words(text: string): string {
  return unescape(text.replaceAll(/:([a-z_]+):/g, (whole, name: string) => emoji[name] ?? whole));
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
