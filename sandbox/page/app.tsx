// The page: sidebar, conversation, thread, cloud pane and dialogs.
import type { VNode } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Announcer } from './announcer.tsx';
import { CloudSlot } from './cloud-slot.tsx';
import { Conversation } from './conversation.tsx';
import { ConfirmDialog } from './dialogs/confirm.tsx';
import { ModalDialog } from './dialogs/modal.tsx';
import { HomeTab } from './home-tab.tsx';
import { Icon } from './icons.tsx';
import { type Place, Sidebar } from './sidebar.tsx';
import { ThreadPane } from './thread-pane.tsx';
import { useDoings } from './use-doings.ts';
import { phone, useMedia, wide } from './use-media.ts';
import { usePartKeys } from './use-part-keys.ts';
import { usePermalinks } from './use-permalinks.ts';
import { useScreen } from './use-screen.ts';
import { useTheme } from './use-theme.ts';
import {
  type InstalledApp,
  type Message,
  type Person,
  readApp,
  readPeople,
  titleOf,
} from './workspace-client.ts';

const noApp: InstalledApp = { commands: [], shortcuts: [], hasHomeTab: false };
const noMessages: readonly Message[] = [];
type Side = 'chat' | 'cloud';

export function App(): VNode {
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [app, setApp] = useState(noApp);
  const [me, setMe] = useState(sessionStorage.getItem('llmgw.me') ?? 'U0OLIVIA');
  const [place, setPlace] = useState<Place>({ channel: 'C0GATEWAY' });
  const [thread, setThread] = useState<string>();
  const [isSideOpen, setSideOpen] = useState(false);
  const [isCloudOpen, setCloudOpen] = useState(localStorage.getItem('llmgw.cloud') !== 'closed');
  const [side, setSide] = useState<Side>('chat');
  const isPhone = useMedia(phone);
  const isWide = useMedia(wide);
  const { theme, turn } = useTheme();
  usePartKeys();
  const { screen, isUp } = useScreen(me);
  useEffect(() => {
    void Promise.all([readPeople().then(setPeople), readApp().then(setApp)]);
  }, [isUp]);
  const { doings, threadDoings, blocks, tell, notice, setNotice, pending, answer } = useDoings({
    me,
    people,
    channels: screen?.channels,
    shortcuts: app.shortcuts,
    onThread: setThread,
  });

  const channels = screen?.channels ?? [];
  const wanted = place === 'home' ? undefined : place.channel;
  // Each person has a direct message of their own.
  const here =
    channels.find(({ id }) => id === wanted) ??
    channels.find(({ kind }) => kind === (wanted?.startsWith('D') === true ? 'im' : 'channel'));
  const hereId = here?.id;
  const allMessages = screen?.messages ?? noMessages;
  const messages = useMemo(
    () => allMessages.filter(({ channel }) => channel === hereId),
    [allMessages, hereId],
  );
  const parent = thread === undefined ? undefined : messages.find(({ ts }) => ts === thread);
  const replies = useMemo(
    () => messages.filter(({ ts, threadTs }) => threadTs === thread && ts !== thread),
    [messages, thread],
  );
  const known = useMemo(
    () => ({ commands: app.commands, people, channels }),
    [app, people, channels],
  );
  useTitle(channels.reduce((sum, { unread }) => sum + unread, 0));

  const switchTo = (id: string): void => {
    sessionStorage.setItem('llmgw.me', id);
    setMe(id);
    setThread(undefined);
    setNotice('');
  };
  const go = (next: Place): void => {
    setPlace(next);
    setThread(undefined);
    setSideOpen(false);
    setSide('chat');
    setNotice('');
    // The app hears of its own tabs; of Home when it is shown.
    const isDirect =
      next !== 'home' && channels.some(({ id, kind }) => id === next.channel && kind === 'im');
    if (isDirect) void tell('open-home', { as: me, tab: 'messages' });
  };
  usePermalinks((channel) => go({ channel }));
  const closeThread = (): void => {
    const from = thread;
    setThread(undefined);
    requestAnimationFrame(() => {
      const line = document.querySelector<HTMLElement>(`[data-thread="${from ?? ''}"]`);
      (line ?? document.querySelector<HTMLElement>('#composer'))?.focus();
    });
  };
  const send = (text: string, threadTs?: string): void => {
    const body = { as: me, channel: hereId, text, ...(threadTs === undefined ? {} : { threadTs }) };
    void tell(text.startsWith('/') ? 'command' : 'message', body);
  };
  const person = people.find(({ id }) => id === me);
  const isThreadOpen = parent !== undefined && place !== 'home';
  const isCloudShown = isPhone ? side === 'cloud' : isCloudOpen && (isWide || !isThreadOpen);
  const placeName = place === 'home' || here === undefined ? 'LLM Gateway' : titleOf(here);
  const modal = screen?.modals.at(-1);
  const toggleCloud = (): void => {
    const open = !isCloudShown;
    localStorage.setItem('llmgw.cloud', open ? 'open' : 'closed');
    setCloudOpen(open);
    if (open && !isWide) setThread(undefined);
  };
  return (
    <div class="app" data-side={isPhone ? side : 'all'}>
      <a class="skip" href="#composer">
        Skip to the message field
      </a>
      <div
        class={`side ${isSideOpen ? 'open' : ''}`}
        inert={isPhone && !isSideOpen}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && isSideOpen) setSideOpen(false);
        }}
      >
        <Sidebar
          people={people.filter(({ isBot }) => !isBot)}
          me={me}
          channels={channels}
          place={place === 'home' ? 'home' : { channel: hereId ?? '' }}
          hasHomeTab={app.hasHomeTab}
          theme={theme}
          onPerson={switchTo}
          onPlace={go}
          onTheme={turn}
          onClose={isPhone ? () => setSideOpen(false) : undefined}
        />
      </div>
      {isSideOpen ? <div class="scrim" onClick={() => setSideOpen(false)} /> : null}
      <main inert={isSideOpen} hidden={isPhone && side === 'cloud'}>
        <header class="bar">
          {isPhone ? (
            <button
              type="button"
              class="icon-button"
              aria-label="Channels and people"
              aria-expanded={isSideOpen}
              onClick={() => setSideOpen(true)}
            >
              <Icon name="menu" />
            </button>
          ) : null}
          <h1>{placeName}</h1>
          <span class="bar-topic">{place === 'home' ? 'Home' : here?.topic}</span>
          {here?.kind === 'channel' && place !== 'home' ? (
            <span class="members" title={`${here.members} members`}>
              <Icon name="people" /> {here.members}
              <span class="visually-hidden"> members</span>
            </span>
          ) : null}
          {isPhone ? null : (
            <button
              type="button"
              class="button small"
              aria-expanded={isCloudShown}
              onClick={toggleCloud}
            >
              <Icon name="cloud" /> Cloud
            </button>
          )}
        </header>
        {isUp ? null : (
          <p class="banner" role="alert">
            The sandbox does not answer. Start it with npm run sandbox: this page reconnects
            automatically.
          </p>
        )}
        {place === 'home' ? (
          <HomeTab
            key={me}
            home={screen?.home}
            on={blocks.home}
            onOpen={() => void tell('open-home', { as: me })}
          />
        ) : here === undefined ? null : (
          <Conversation
            key={`${me} ${here.id}`}
            channel={here}
            person={person}
            messages={messages}
            sessions={screen?.agentSessions ?? []}
            doings={doings}
            known={known}
            onSend={send}
            onRead={() => void tell('read', { as: me, channel: here.id })}
            onSwitch={switchTo}
          />
        )}
        {notice === '' ? null : (
          <p class="banner" role="alert">
            {notice}
            <button type="button" class="link" onClick={() => setNotice('')}>
              Dismiss
            </button>
          </p>
        )}
      </main>
      {isThreadOpen && here !== undefined ? (
        <ThreadPane
          key={parent.ts}
          place={placeName}
          parent={parent}
          replies={replies}
          sessions={screen?.agentSessions ?? []}
          status={screen?.threadStatuses.find(({ threadTs }) => threadTs === parent.ts)}
          doings={threadDoings}
          known={known}
          me={me}
          onReply={(text) => send(text, parent.ts)}
          onClose={closeThread}
        />
      ) : null}
      {isCloudShown ? <CloudSlot onClose={isPhone ? undefined : toggleCloud} /> : null}
      {isPhone ? <PhoneTabs side={side} onSide={setSide} /> : null}
      <Announcer key={me} messages={allMessages} me={me} />
      {modal === undefined ? null : (
        <ModalDialog
          key={modal.id}
          modal={modal}
          depth={(screen?.modals.length ?? 1) - 1}
          on={blocks.modal(modal.id)}
          onSubmit={(values) => tell('submit', { as: me, viewId: modal.id, values })}
          onClose={() => void tell('close-view', { as: me, viewId: modal.id })}
        />
      )}
      {pending === undefined ? null : (
        <ConfirmDialog
          confirm={pending.confirm}
          names={blocks.home.names}
          isDanger={pending.isDanger}
          onAnswer={answer}
        />
      )}
    </div>
  );
}

/** On a phone the conversation and the cloud take turns. */
function PhoneTabs({ side, onSide }: { side: Side; onSide: (side: Side) => void }): VNode {
  const tab = (name: Side, words: string): VNode => (
    <button
      type="button"
      aria-current={side === name ? 'page' : undefined}
      onClick={() => onSide(name)}
    >
      <Icon name={name} /> {words}
    </button>
  );
  return (
    <nav class="phone-tabs" aria-label="Views">
      {tab('chat', 'Conversation')}
      {tab('cloud', 'Cloud')}
    </nav>
  );
}

function useTitle(unread: number): void {
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) llmgw sandbox` : 'llmgw sandbox';
  }, [unread]);
}
