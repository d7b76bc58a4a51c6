// Reads new messages out to screen readers: each once, by the words that stand for it, and again when it came to its end.
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Message } from './workspace-client.ts';

export function Announcer({ messages, me }: { messages: readonly Message[]; me: string }): VNode {
  const known = useRef<Map<string, string>>();
  const [words, setWords] = useState<readonly { key: string; text: string }[]>([]);
  useEffect(() => {
    const last = known.current;
    const next = new Map(messages.map((each) => [each.ts, stageOf(each)]));
    known.current = next;
    // What was there when one came is not news.
    if (last === undefined) return;
    const news = messages
      .filter((each) => each.from.id !== me && !each.streaming)
      .filter((each) => last.get(each.ts) !== next.get(each.ts))
      .map((each) => ({
        key: `${each.ts} ${stageOf(each)}`,
        text: `${each.from.realName}: ${spoken(each)}`,
      }));
    if (news.length > 0) setWords((old) => [...old, ...news].slice(-8));
  }, [messages]);
  return (
    <div class="visually-hidden" role="status" aria-live="polite" aria-relevant="additions">
      {words.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}

/** Edits are not read out, but an outcome is. */
function stageOf({ streaming, metadata }: Message): string {
  if (streaming) return 'growing';
  return metadata?.event_type === 'llmgw_outcome'
    ? (metadata.event_payload.status ?? 'there')
    : 'there';
}

function spoken({ text, ephemeral }: Message): string {
  const plain = text
    .replaceAll(/:([a-z0-9_+-]+):/g, '')
    .replaceAll(/<[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll(/[*`~]/g, '');
  return ephemeral ? `only to you: ${plain}` : plain;
}
