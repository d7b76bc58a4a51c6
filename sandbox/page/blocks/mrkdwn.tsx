// Slack's mrkdwn as elements: never as HTML strings.
import { type ComponentChildren, Fragment, type VNode } from 'preact';
import { fillDate } from '../moments.ts';
import { isPermalink } from '../use-permalinks.ts';
import { Emoji, isEmoji } from './emoji.tsx';

export interface Names {
  person(id: string): string;
  channel(id: string): string;
}

/** *bold*, _italic_, ~strike~, `code`, ```blocks```, > quotes, <url|text>, <@U…>, <#C…>, <!date…>, :emoji:. */
export function Mrkdwn({ text, names }: { text: string; names: Names }): VNode {
  const parts = text.split('```');
  return (
    <>
      {parts.map((part, at) => {
        if (part === '') return null;
        if (at % 2 === 1) return <CodeBlock key={at} text={unescapeText(part)} />;
        return <Lines key={at} text={part} names={names} />;
      })}
    </>
  );
}

/** A block of code that can be scrolled by keyboard, and copied. */
export function CodeBlock({ text }: { text: string }): VNode {
  return (
    <pre tabIndex={0}>
      <code>{text.replace(/^\n/, '').replace(/\n$/, '')}</code>
    </pre>
  );
}

function Lines({ text, names }: { text: string; names: Names }): VNode {
  const groups: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.replace(/^\n/, '').replace(/\n$/, '').split('\n')) {
    const quoted = /^(&gt;|>) ?/.test(line);
    const bare = quoted ? line.replace(/^(&gt;|>) ?/, '') : line;
    const last = groups.at(-1);
    if (last?.quoted === quoted) last.lines.push(bare);
    else groups.push({ quoted, lines: [bare] });
  }
  return (
    <>
      {groups.map(({ quoted, lines }, at) => {
        const inner = lines.map((line, n) => (
          <Fragment key={n}>
            {inline(line, names)}
            {n < lines.length - 1 ? <br /> : null}
          </Fragment>
        ));
        return quoted ? (
          <blockquote key={at}>{inner}</blockquote>
        ) : (
          <Fragment key={at}>{inner}</Fragment>
        );
      })}
    </>
  );
}

const marks =
  /(`[^`\n]+`)|(<[^<>\n]+>)|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])/g;

function inline(text: string, names: Names): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    if (match.index > at) out.push(...wordsAndEmoji(text.slice(at, match.index)));
    const [whole, code, link, bold, italic, strike] = match;
    if (code !== undefined) out.push(<code>{unescapeText(code.slice(1, -1))}</code>);
    else if (link !== undefined) out.push(reference(link.slice(1, -1), names));
    else if (bold !== undefined) out.push(<strong>{inline(bold, names)}</strong>);
    else if (italic !== undefined) out.push(<em>{inline(italic, names)}</em>);
    else if (strike !== undefined) out.push(<s>{inline(strike, names)}</s>);
    at = match.index + whole.length;
  }
  if (at < text.length) out.push(...wordsAndEmoji(text.slice(at)));
  return out;
}

function reference(inside: string, names: Names): VNode {
  const bar = inside.indexOf('|');
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? undefined : unescapeText(inside.slice(bar + 1));
  if (target.startsWith('@')) return <span class="mention">@{names.person(target.slice(1))}</span>;
  if (target.startsWith('#')) return <span class="mention">#{names.channel(target.slice(1))}</span>;
  if (target.startsWith('!date^')) {
    const [, seconds = '', format = ''] = target.split('^');
    const shown = /^\d+$/.test(seconds) ? fillDate(Number(seconds), format) : undefined;
    return <time title={label}>{shown ?? label ?? target}</time>;
  }
  if (target.startsWith('!')) return <span class="mention">@{label ?? target.slice(1)}</span>;
  return <SafeLink url={unescapeText(target)}>{label ?? unescapeText(target)}</SafeLink>;
}

/** Only web and mail addresses become links. */
export function SafeLink({ url, children }: { url: string; children: ComponentChildren }): VNode {
  if (!/^(https?|mailto):/.test(url)) return <>{children}</>;
  if (isPermalink(url)) return <a href={url}>{children}</a>;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

/** Plain words in which only :names: of emoji mean something. */
export function wordsAndEmoji(text: string): ComponentChildren[] {
  return text
    .split(/:([a-z0-9_+-]+):/)
    .map((part, at, all) =>
      at % 2 === 0 ? (
        unescapeText(part)
      ) : isEmoji(part) ? (
        <Emoji key={at} name={part} />
      ) : (
        `:${all[at] ?? ''}:`
      ),
    );
}

export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
