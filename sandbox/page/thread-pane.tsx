// A thread beside the conversation: its first message, the replies, and where one replies.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Composer } from './composer.tsx';
import type { Known } from './completion.ts';
import { Icon } from './icons.tsx';
import { MessageList } from './message-list.tsx';
import type { MessageDoings } from './message.tsx';
import type { AgentSession, Message, ThreadStatus } from './workspace-client.ts';

export interface ThreadPaneProps {
  readonly place: string;
  readonly parent: Message;
  readonly replies: readonly Message[];
  readonly sessions: readonly AgentSession[];
  readonly status: ThreadStatus | undefined;
  readonly doings: MessageDoings;
  readonly known: Known;
  readonly me: string;
  readonly onReply: (text: string) => void;
  readonly onClose: () => void;
}

const noReplies: ReadonlyMap<string, Message> = new Map();

export function ThreadPane(props: ThreadPaneProps): VNode {
  const { parent, replies, status, onClose } = props;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), [parent.ts]);
  return (
    <aside
      class="thread-pane"
      aria-label="Thread"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header class="bar">
        <h2 ref={title} tabIndex={-1}>
          Thread
        </h2>
        <span class="bar-topic">{props.place}</span>
        <button
          type="button"
          class="icon-button"
          aria-label="Close the thread"
          title="Close (Esc)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <MessageList
        label="Messages of the thread"
        messages={[parent, ...replies]}
        lastReplies={noReplies}
        sessions={props.sessions}
        doings={props.doings}
        readUpTo=""
        me={props.me}
        foot={
          status === undefined ? null : (
            <p class="thread-status">
              <span class="dots" aria-hidden="true" /> LLM Gateway {status.status}
            </p>
          )
        }
      />
      <Composer
        label={`Reply in ${props.place}: @llmgw status`}
        known={props.known}
        onSend={props.onReply}
        autoFocus
      />
    </aside>
  );
}
