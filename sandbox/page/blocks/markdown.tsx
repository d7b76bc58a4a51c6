// The Markdown of models, as Slack's markdown block shows it: headings, lists, quotes, tables, code, emphasis, links.
import { type ComponentChildren, Fragment, type VNode } from 'preact';
import { CodeBlock, SafeLink } from './mrkdwn.tsx';

/** An answer that still grows ends where it ends: an open code fence is shown as code. */
export function Markdown({ text }: { text: string }): VNode {
  return (
    <div class="markdown">
      {chunksOf(text).map((chunk, at) => (
        <Chunk key={at} chunk={chunk} />
      ))}
    </div>
  );
}

type Chunk =
  | { readonly kind: 'code' | 'quote' | 'text'; readonly lines: string[] }
  | { readonly kind: 'heading'; readonly level: number; readonly lines: string[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly lines: string[] }
  | { readonly kind: 'table'; readonly lines: string[] };

function chunksOf(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let fenced = false;
  for (const line of text.split('\n')) {
    const last = chunks.at(-1);
    if (/^\s*```/.test(line)) {
      fenced = !fenced;
      if (fenced) chunks.push({ kind: 'code', lines: [] });
      continue;
    }
    if (fenced) last?.lines.push(line);
    else addLine(chunks, line);
  }
  return chunks.filter(({ kind, lines }) => kind === 'code' || lines.some((line) => line !== ''));
}

function addLine(chunks: Chunk[], line: string): void {
  const last = chunks.at(-1);
  const [, marks, title] = /^(#{1,6})\s+(.*)$/.exec(line) ?? [];
  const [, bullet, item] = /^\s*([-*+]|\d+[.)])\s+(.*)$/.exec(line) ?? [];
  const quoted = /^>\s?(.*)$/.exec(line)?.[1];
  const next: Chunk =
    marks !== undefined && title !== undefined
      ? { kind: 'heading', level: marks.length, lines: [title] }
      : bullet !== undefined && item !== undefined
        ? { kind: 'list', ordered: /\d/.test(bullet), lines: [item] }
        : quoted !== undefined
          ? { kind: 'quote', lines: [quoted] }
          : /^\s*\|.*\|\s*$/.test(line)
            ? { kind: 'table', lines: [line] }
            : { kind: 'text', lines: [line] };
  const goesOn =
    last !== undefined &&
    last.kind === next.kind &&
    next.kind !== 'heading' &&
    !(last.kind === 'text' && line.trim() === '');
  if (goesOn) last.lines.push(...next.lines);
  else if (line.trim() !== '') chunks.push(next);
  else chunks.push({ kind: 'text', lines: [] });
}

function Chunk({ chunk }: { chunk: Chunk }): VNode {
  switch (chunk.kind) {
    case 'code':
      return <CodeBlock text={chunk.lines.join('\n')} />;
    case 'heading':
      // A message is inside the page's own outline: its headings only look like headings.
      return <p class={`heading level-${chunk.level}`}>{emphasis(chunk.lines.join(' '))}</p>;
    case 'list': {
      const items = chunk.lines.map((line, at) => <li key={at}>{emphasis(line)}</li>);
      return chunk.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote':
      return <blockquote>{withBreaks(chunk.lines)}</blockquote>;
    case 'table':
      return <Table lines={chunk.lines} />;
    case 'text':
      return <p>{withBreaks(chunk.lines)}</p>;
  }
}

function Table({ lines }: { lines: readonly string[] }): VNode {
  const rows = lines
    .filter((line) => !/^[\s|:-]+$/.test(line))
    .map((line) =>
      line
        .trim()
        .replace(/^\||\|$/g, '')
        .split('|'),
    );
  const [head = [], ...body] = rows;
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {head.map((cell, at) => (
              <th key={at} scope="col">
                {emphasis(cell.trim())}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, at) => (
            <tr key={at}>
              {row.map((cell, n) => (
                <td key={n}>{emphasis(cell.trim())}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function withBreaks(lines: readonly string[]): VNode[] {
  return lines.map((line, at) => (
    <Fragment key={at}>
      {emphasis(line)}
      {at < lines.length - 1 ? <br /> : null}
    </Fragment>
  ));
}

const marks =
  /(`[^`]+`)|\[([^\]]+)\]\(([^)\s]+)\)|\*\*([^*]+)\*\*|__([^_]+)__|~~([^~]+)~~|(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])|(?<![\w_])_([^_\s][^_]*)_(?![\w_])/g;

function emphasis(text: string): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    if (match.index > at) out.push(text.slice(at, match.index));
    const [whole, code, label, url, bold, bold2, strike, italic, italic2] = match;
    const strong = bold ?? bold2;
    const slanted = italic ?? italic2;
    if (code !== undefined) out.push(<code>{code.slice(1, -1)}</code>);
    else if (label !== undefined && url !== undefined)
      out.push(<SafeLink url={url}>{emphasis(label)}</SafeLink>);
    else if (strong !== undefined) out.push(<strong>{emphasis(strong)}</strong>);
    else if (strike !== undefined) out.push(<s>{emphasis(strike)}</s>);
    else if (slanted !== undefined) out.push(<em>{emphasis(slanted)}</em>);
    at = match.index + whole.length;
  }
  if (at < text.length) out.push(text.slice(at));
  return out;
}
