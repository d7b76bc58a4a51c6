// The conversation: messages with their threads beneath, ephemeral ones marked, scrolled to the newest unless the reader looks back.
import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type BlockActions, Blocks } from './blocks.tsx';
import { Mrkdwn } from './mrkdwn.tsx';
import type { Message } from './workspace-client.ts';

export interface MessageListProps {
  readonly messages: readonly Message[];
  readonly actions: (message: Message) => BlockActions;
  readonly onReply: (threadTs: string, text: string) => void;
}

export function MessageList({ messages, actions, onReply }: MessageListProps): VNode {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (list.current !== null && atEnd.current) list.current.scrollTop = list.current.scrollHeight;
  }, [messages]);
  const known = new Set(messages.map((message) => message.ts));
  const isReply = (message: Message): boolean =>
    message.threadTs !== undefined &&
    message.threadTs !== message.ts &&
    known.has(message.threadTs);
  return (
    <ol
      class="messages"
      ref={list}
      role="log"
      aria-live="polite"
      aria-label="Messages"
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
        atEnd.current = scrollTop + clientHeight > scrollHeight - 40;
      }}
    >
      {messages.length === 0 ? (
        <li class="empty">Nothing here yet. Type /llmgw help and press Enter.</li>
      ) : null}
      {messages
        .filter((message) => !isReply(message))
        .map((message) => (
          <li key={message.ts}>
            <OneMessage message={message} actions={actions(message)} />
            <Thread
              parent={message}
              replies={messages.filter((reply) => isReply(reply) && reply.threadTs === message.ts)}
              actions={actions}
              onReply={onReply}
            />
          </li>
        ))}
    </ol>
  );
}

function OneMessage({ message, actions }: { message: Message; actions: BlockActions }): VNode {
  return (
    <article class={`message ${message.ephemeral ? 'ephemeral' : ''}`} data-ts={message.ts}>
      <span class={`avatar ${message.from.isBot ? 'bot' : ''}`} aria-hidden="true">
        {message.from.name.slice(0, 1).toUpperCase()}
      </span>
      <div class="body">
        <p class="byline">
          <strong>{message.from.name}</strong>
          {message.from.isBot ? <span class="badge">APP</span> : null}
          <time dateTime={new Date(Number(message.ts) * 1000).toISOString()}>
            {new Date(Number(message.ts) * 1000).toLocaleTimeString([], { timeStyle: 'short' })}
          </time>
          {message.ephemeral ? <span class="only-you">Only visible to you</span> : null}
        </p>
        {message.blocks.length > 0 ? (
          <Blocks blocks={message.blocks} {...actions} />
        ) : (
          <p class="text">
            <Mrkdwn text={message.text} names={actions.names} />
          </p>
        )}
        {message.edited && !message.from.isBot ? <span class="context">(edited)</span> : null}
      </div>
    </article>
  );
}

interface ThreadProps {
  readonly parent: Message;
  readonly replies: readonly Message[];
  readonly actions: (message: Message) => BlockActions;
  readonly onReply: (threadTs: string, text: string) => void;
}

function Thread({ parent, replies, actions, onReply }: ThreadProps): VNode | null {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  if (parent.ephemeral) return null;
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  return (
    <div class="thread">
      <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {replies.length === 0 ? 'Reply in thread' : count}
      </button>
      {open ? (
        <>
          <ol>
            {replies.map((reply) => (
              <li key={reply.ts}>
                <OneMessage message={reply} actions={actions(reply)} />
              </li>
            ))}
          </ol>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (text.trim() !== '') onReply(parent.ts, text);
              setText('');
            }}
          >
            <input
              aria-label={`Reply to ${parent.from.name}`}
              placeholder="Reply… (@llmgw status)"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </form>
        </>
      ) : null}
    </div>
  );
}
