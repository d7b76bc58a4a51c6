// One channel or direct message: its bar, its messages, and the field below.
import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Composer, type ComposerProps } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import type { MessageDoings } from './message.tsx';
import { Welcome } from './welcome.tsx';
import {
  type AgentSession,
  type Channel,
  type Message,
  type Person,
  titleOf,
} from './workspace-client.ts';

export interface ConversationProps {
  readonly channel: Channel;
  readonly person: Person | undefined;
  /** Of this channel, replies included. */
  readonly messages: readonly Message[];
  readonly sessions: readonly AgentSession[];
  readonly doings: MessageDoings;
  readonly known: ComposerProps['known'];
  readonly onSend: (text: string) => void;
  readonly onRead: () => void;
  readonly onSwitch: (id: string) => void;
}

export function Conversation(props: ConversationProps): VNode {
  const { channel, messages, person } = props;
  const [filled, setFilled] = useState<{ text: string }>();
  // What was new on arrival stays marked while one is here.
  const [readUpTo] = useState(() =>
    channel.unread + channel.mentions > 0 ? channel.lastRead || '0' : '',
  );
  const { roots, lastReplies } = useMemo(() => sortOut(messages), [messages]);
  const news = channel.unread + channel.mentions;
  useEffect(() => {
    const read = (): void => {
      if (news > 0 && document.visibilityState === 'visible') props.onRead();
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [news]);
  const name = titleOf(channel);
  return (
    <>
      <MessageList
        label={`Messages in ${name}`}
        messages={roots}
        lastReplies={lastReplies}
        sessions={props.sessions}
        doings={props.doings}
        readUpTo={readUpTo}
        me={person?.id ?? ''}
        head={
          channel.name === 'llm-gateway' ? (
            <Welcome
              person={person}
              onFill={(text) => setFilled({ text })}
              onSwitch={props.onSwitch}
            />
          ) : (
            <Beginning channel={channel} />
          )
        }
      />
      <Composer
        id="composer"
        label={`Message ${name}`}
        known={props.known}
        onSend={props.onSend}
        filled={filled}
        autoFocus={matchMedia('(pointer: fine)').matches}
      />
    </>
  );
}

function Beginning({ channel }: { channel: Channel }): VNode {
  return (
    <section class="welcome" aria-label="Beginning">
      <p class="welcome-title">{titleOf(channel)}</p>
      <p>
        {channel.kind === 'im'
          ? 'Only you and the bot are here. Type commands without the slash, such as help, status or ask.'
          : `This is the start of #${channel.name}. ${channel.topic}.`}
      </p>
    </section>
  );
}

/** Replies belong to their threads, unless the thread is not among what is shown. */
function sortOut(messages: readonly Message[]): {
  roots: readonly Message[];
  lastReplies: ReadonlyMap<string, Message>;
} {
  const known = new Set(messages.map(({ ts }) => ts));
  const roots: Message[] = [];
  const lastReplies = new Map<string, Message>();
  for (const message of messages) {
    const { threadTs, ts } = message;
    if (threadTs !== undefined && threadTs !== ts && known.has(threadTs)) {
      lastReplies.set(threadTs, message);
    } else roots.push(message);
  }
  return { roots, lastReplies };
}
