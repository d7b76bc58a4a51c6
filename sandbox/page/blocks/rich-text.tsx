// Rich text: sections, lists, quotes, code, and the pieces inside.
import type { ComponentChildren, VNode } from 'preact';
import { fillDate } from '../moments.ts';
import type { RichPart, RichStyle } from './block-kit.ts';
import { Emoji } from './emoji.tsx';
import { type Names, SafeLink } from './mrkdwn.tsx';

export function RichText({ parts, names }: { parts: readonly RichPart[]; names: Names }): VNode {
  return (
    <>
      {parts.map((part, at) => (
        <Part key={at} part={part} names={names} />
      ))}
    </>
  );
}

function Part({ part, names }: { part: RichPart; names: Names }): VNode {
  const inner = <RichText parts={part.elements ?? []} names={names} />;
  switch (part.type) {
    case 'rich_text_section':
      return <div class="text plain">{inner}</div>;
    case 'rich_text_list':
      return <List part={part} names={names} />;
    case 'rich_text_preformatted':
      return (
        <pre tabIndex={0}>
          <code>{inner}</code>
        </pre>
      );
    case 'rich_text_quote':
      return <blockquote class="plain">{inner}</blockquote>;
    default:
      return <>{styled(wordsOf(part, names), part.style)}</>;
  }
}

function List({ part, names }: { part: RichPart; names: Names }): VNode {
  const items = (part.elements ?? []).map((item, at) => (
    <li key={at}>
      <Part part={item} names={names} />
    </li>
  ));
  const style = { marginLeft: `${(part.indent ?? 0) * 20}px` };
  return part.style === 'ordered' ? <ol style={style}>{items}</ol> : <ul style={style}>{items}</ul>;
}

function wordsOf(part: RichPart, names: Names): ComponentChildren {
  switch (part.type) {
    case 'link':
      return <SafeLink url={part.url ?? ''}>{part.text ?? part.url}</SafeLink>;
    case 'user':
      return <span class="mention">@{names.person(part.user_id ?? '')}</span>;
    case 'channel':
      return <span class="mention">#{names.channel(part.channel_id ?? '')}</span>;
    case 'usergroup':
      return <span class="mention">@{part.usergroup_id}</span>;
    case 'broadcast':
      return <span class="mention">@{part.range}</span>;
    case 'emoji':
      return <Emoji name={part.name ?? ''} />;
    case 'date':
      return <time>{fillDate(part.timestamp ?? 0, part.format ?? '')}</time>;
    case 'color':
      return <code>{part.value}</code>;
    case 'text':
      return part.text ?? '';
    default:
      return <span class="unsupported">Unsupported: {part.type}</span>;
  }
}

function styled(words: ComponentChildren, style: RichPart['style']): ComponentChildren {
  const { bold, italic, strike, underline, code }: RichStyle =
    typeof style === 'object' ? style : {};
  let out = words;
  if (code === true) out = <code>{out}</code>;
  if (bold === true) out = <strong>{out}</strong>;
  if (italic === true) out = <em>{out}</em>;
  if (strike === true) out = <s>{out}</s>;
  if (underline === true) out = <u>{out}</u>;
  return out;
}
