// One message: author, time, blocks, files, reactions, thread, actions.
import type { VNode } from 'preact';
import { Avatar } from './avatar.tsx';
import type { BlockActions } from './blocks/block-actions.ts';
import { fileAddress } from './blocks/block-kit.ts';
import { Blocks } from './blocks/blocks.tsx';
import { Emoji } from './blocks/emoji.tsx';
import { Mrkdwn } from './blocks/mrkdwn.tsx';
import { Icon } from './icons.tsx';
import { Menu } from './menu.tsx';
import { agoOf, clockTime, isoTime } from './moments.ts';
import type { AgentSession, Message, SharedFile, Shortcut } from './workspace-client.ts';

export interface MessageDoings {
  readonly blocksOf: (ts: string) => BlockActions;
  readonly shortcuts: readonly Shortcut[];
  /** Unset inside of a thread. */
  readonly onThread?: ((ts: string) => void) | undefined;
  readonly onDismiss: (ts: string) => void;
  readonly onShortcut: (callbackId: string, ts: string) => void;
  readonly onStop: (session: AgentSession) => void;
}

export interface MessageProps {
  readonly message: Message;
  /** Of the same person a moment ago: no need to name them again. */
  readonly isNext: boolean;
  readonly lastReply: Message | undefined;
  readonly session: AgentSession | undefined;
  readonly doings: MessageDoings;
}

export function MessageView(props: MessageProps): VNode {
  const { message, isNext, doings } = props;
  const { from, ts, ephemeral } = message;
  return (
    <article
      class={`message ${ephemeral ? 'ephemeral' : ''} ${isNext ? 'next' : ''}`}
      data-ts={ts}
      aria-label={`${from.realName}, ${clockTime(ts)}`}
    >
      {isNext ? (
        <time class="gutter" dateTime={isoTime(ts)}>
          {clockTime(ts)}
        </time>
      ) : (
        <Avatar from={from} />
      )}
      <div class="body">
        {ephemeral ? (
          <p class="only-you">
            <Icon name="eye" /> Only visible to you
            <button type="button" class="link" onClick={() => doings.onDismiss(ts)}>
              Dismiss
            </button>
          </p>
        ) : null}
        {isNext ? null : (
          <p class="byline">
            <strong>{from.realName}</strong>
            {from.isBot ? <span class="app-badge">App</span> : null}
            <time dateTime={isoTime(ts)} title={new Date(Number(ts) * 1000).toLocaleString()}>
              {clockTime(ts)}
            </time>
          </p>
        )}
        <Content message={message} on={doings.blocksOf(ts)} />
        {message.files.map((file) => (
          <File key={file.id} file={file} />
        ))}
        <Reactions message={message} />
        <SessionLine session={props.session} onStop={doings.onStop} />
        <ThreadLine {...props} />
      </div>
      <Toolbar message={message} doings={doings} />
    </article>
  );
}

function Content({ message, on }: { message: Message; on: BlockActions }): VNode {
  const { blocks, text, streaming, edited, from } = message;
  return (
    <div class={streaming ? 'content streaming' : 'content'} aria-busy={streaming}>
      {blocks.length > 0 ? (
        <Blocks blocks={blocks} on={on} />
      ) : text === '' ? null : (
        <div class="text">
          <Mrkdwn text={text} names={on.names} />
        </div>
      )}
      {edited && !from.isBot ? <span class="quiet"> (edited)</span> : null}
    </div>
  );
}

const previewLines = 12;

function File({ file }: { file: SharedFile }): VNode {
  const { id, name, mimetype, size, content } = file;
  const address = fileAddress(id);
  if (mimetype.startsWith('image/')) {
    return (
      <figure class="file">
        <figcaption>{name}</figcaption>
        <a href={address} target="_blank" rel="noreferrer">
          <img src={address} alt={name} loading="lazy" />
        </a>
      </figure>
    );
  }
  const lines = content.split('\n');
  return (
    <div class="file">
      <p class="file-name">
        <Icon name="file" /> <strong>{name}</strong> <span class="quiet">{sizeWords(size)}</span>{' '}
        <a href={address} download={name}>
          Download
        </a>
      </p>
      {content === '' ? null : (
        <pre tabIndex={0}>
          <code>{lines.slice(0, previewLines).join('\n')}</code>
        </pre>
      )}
      {lines.length > previewLines ? (
        <p class="quiet">{lines.length - previewLines} more lines</p>
      ) : null}
    </div>
  );
}

function sizeWords(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`;
}

function Reactions({ message }: { message: Message }): VNode | null {
  if (message.reactions.length === 0) return null;
  return (
    <p class="reactions">
      {message.reactions.map(({ name, users }) => (
        <span key={name} class="reaction">
          <Emoji name={name} /> {users.length}
        </span>
      ))}
    </p>
  );
}

const sessionWords: Readonly<Record<AgentSession['status'], string>> = {
  processing: 'Working',
  active: 'Ready for your reply',
  suspended: 'Waiting for approval',
  closed: 'Finished',
};

/** Slack's own line of an agent's work, with its own Stop. */
function SessionLine({
  session,
  onStop,
}: {
  session: AgentSession | undefined;
  onStop: (session: AgentSession) => void;
}): VNode | null {
  if (session === undefined) return null;
  return (
    <p class={`session ${session.status}`}>
      <span class="dot" aria-hidden="true" />
      {sessionWords[session.status]}
      {session.title === '' ? '' : `: ${session.title}`}
      {session.canStop ? (
        <button type="button" class="button small" onClick={() => onStop(session)}>
          <Icon name="stop" /> Stop
        </button>
      ) : null}
    </p>
  );
}

function ThreadLine({ message, lastReply, doings }: MessageProps): VNode | null {
  if (doings.onThread === undefined || message.replyCount === 0) return null;
  const { replyCount, ts } = message;
  return (
    <button
      type="button"
      class="thread-line"
      data-thread={ts}
      onClick={() => doings.onThread?.(ts)}
    >
      <Icon name="thread" />
      <strong>{replyCount === 1 ? '1 reply' : `${replyCount} replies`}</strong>
      {lastReply === undefined ? null : (
        <span class="quiet">
          last from {lastReply.from.realName} {agoOf(lastReply.ts)}
        </span>
      )}
    </button>
  );
}

function Toolbar({ message, doings }: Pick<MessageProps, 'message' | 'doings'>): VNode | null {
  const { ts, ephemeral, text, from } = message;
  const { onThread } = doings;
  const shortcuts = ephemeral ? [] : doings.shortcuts.filter(({ type }) => type === 'message');
  const items = [
    ...shortcuts.map((each) => ({
      key: each.callbackId,
      label: each.name,
      detail: each.description,
      group: 'LLM Gateway',
    })),
    { key: 'copy', label: 'Copy text', group: 'Message' },
    ...(ephemeral ? [{ key: 'dismiss', label: 'Dismiss', group: 'Message' }] : []),
  ];
  return (
    <div class="toolbar" role="group" aria-label={`Message of ${from.realName}`}>
      {onThread === undefined || ephemeral ? null : (
        <button
          type="button"
          class="icon-button"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => onThread(message.threadTs ?? ts)}
        >
          <Icon name="thread" />
        </button>
      )}
      <Menu
        isIcon
        label="More actions"
        class="icon-button"
        items={items}
        onChoose={(key) => {
          if (key === 'copy') void navigator.clipboard?.writeText(text).catch(() => undefined);
          else if (key === 'dismiss') doings.onDismiss(ts);
          else doings.onShortcut(key, ts);
        }}
      >
        <Icon name="dots" />
      </Menu>
    </div>
  );
}
