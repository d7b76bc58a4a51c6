// The conversation: days, what is new, messages keyed by their timestamp; scrolled to the newest unless the reader looks back.
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { dayName } from './moments.ts';
import { type MessageDoings, MessageView } from './message.tsx';
import type { AgentSession, Message } from './workspace-client.ts';

export interface MessageListProps {
  readonly label: string;
  /** Those of the list itself, oldest first. */
  readonly messages: readonly Message[];
  /** Per thread, its newest reply. */
  readonly lastReplies: ReadonlyMap<string, Message>;
  readonly sessions: readonly AgentSession[];
  readonly doings: MessageDoings;
  /** What was new when the reader came. */
  readonly readUpTo: string;
  readonly me: string;
  /** Above the first message, and below the last. */
  readonly head?: ComponentChildren;
  readonly foot?: ComponentChildren;
}

/** Messages of one person closer than this stand together. */
const togetherS = 300;

export function MessageList(props: MessageListProps): VNode {
  const { messages, readUpTo, me } = props;
  const list = useRef<HTMLDivElement>(null);
  // Without messages there is only the welcome, which is read from its top.
  const [isAtEnd, setAtEnd] = useState(messages.length > 0);
  const size = useRef('');
  const last = messages.at(-1)?.ts;
  const isEmpty = messages.length === 0;
  useEffect(() => {
    if (!isEmpty) setAtEnd(true);
  }, [isEmpty]);
  useLayoutEffect(() => {
    const { current } = list;
    if (current === null || !isAtEnd) return;
    const toEnd = (): void => {
      current.scrollTop = current.scrollHeight;
    };
    toEnd();
    // Pictures and growing answers make the content taller later on.
    const observer = new ResizeObserver(toEnd);
    for (const child of current.children) observer.observe(child);
    observer.observe(current);
    return () => observer.disconnect();
  }, [isAtEnd]);
  const firstNew = messages.find(
    ({ ts, from }) => readUpTo !== '' && Number(ts) > Number(readUpTo) && from.id !== me,
  )?.ts;
  const newBelow = useNewSince(isAtEnd, last, messages);
  return (
    <div class="messages-frame">
      <div
        class="messages"
        ref={list}
        role="log"
        // The page's own announcer says each message once; the log itself would read out every edit.
        aria-live="off"
        aria-label={props.label}
        tabIndex={0}
        onScroll={(event) => {
          const { currentTarget: box } = event;
          const toGo = box.scrollHeight - box.clientHeight - box.scrollTop;
          const now = `${box.clientWidth} ${box.clientHeight} ${box.scrollHeight}`;
          const hasResized = size.current !== now;
          size.current = now;
          // A turned phone or a growing card moves the content; only the reader leaves the end.
          if (isAtEnd && hasResized) box.scrollTop = box.scrollHeight;
          else setAtEnd(toGo < 48);
        }}
      >
        <div class="messages-inner">
          {props.head}
          {messages.map((message, at) => (
            <Row
              key={message.ts}
              message={message}
              before={messages[at - 1]}
              isFirstNew={message.ts === firstNew}
              lastReply={props.lastReplies.get(message.ts)}
              session={props.sessions.find(({ threadTs }) => threadTs === message.ts)}
              doings={props.doings}
            />
          ))}
          {props.foot}
        </div>
      </div>
      {isAtEnd || isEmpty ? null : (
        <button type="button" class="to-end" onClick={() => setAtEnd(true)}>
          <Icon name="down" /> {newBelow === 0 ? 'Newest' : `${newBelow} new`}
        </button>
      )}
    </div>
  );
}

/** How many came since the reader left the end. */
function useNewSince(
  isAtEnd: boolean,
  last: string | undefined,
  messages: readonly Message[],
): number {
  const seen = useRef(last);
  if (isAtEnd) seen.current = last;
  return messages.filter(({ ts }) => Number(ts) > Number(seen.current ?? '0')).length;
}

interface RowProps {
  readonly message: Message;
  readonly before: Message | undefined;
  readonly isFirstNew: boolean;
  readonly lastReply: Message | undefined;
  readonly session: AgentSession | undefined;
  readonly doings: MessageDoings;
}

function Row({ message, before, isFirstNew, lastReply, session, doings }: RowProps): VNode {
  const day = dayName(message.ts);
  const isNewDay = before === undefined || dayName(before.ts) !== day;
  const isNext =
    !isNewDay &&
    !isFirstNew &&
    before.from.id === message.from.id &&
    before.ephemeral === message.ephemeral &&
    !message.ephemeral &&
    Number(message.ts) - Number(before.ts) < togetherS;
  // What did not change is not even looked at: cards that are edited each second leave the rest alone.
  const view = useMemo(
    () => (
      <MessageView
        message={message}
        isNext={isNext}
        lastReply={lastReply}
        session={session}
        doings={doings}
      />
    ),
    [message, isNext, lastReply, session, doings],
  );
  return (
    <>
      {isNewDay ? (
        <p class="day">
          <span>{day}</span>
        </p>
      ) : null}
      {isFirstNew ? (
        <p class="new-line">
          <span>New</span>
        </p>
      ) : null}
      {view}
    </>
  );
}
