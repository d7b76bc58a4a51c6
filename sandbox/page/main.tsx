// The page: a workspace one person at a time, live.
import { render, type VNode } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Block, BlockElement } from './block-kit.ts';
import type { BlockActions } from './blocks.tsx';
import { CloudPane } from './cloud/cloud-pane.tsx';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { ConfirmDialog, ModalDialog } from './modal.tsx';
import type { Names } from './mrkdwn.tsx';
import { Sidebar } from './sidebar.tsx';
import {
  act,
  type Message,
  type Person,
  readCommands,
  readPeople,
  readScreen,
  type Screen,
  type SlashCommand,
  watch,
} from './workspace-client.ts';

interface Pending {
  readonly element: BlockElement;
  readonly go: () => void;
}

function App(): VNode {
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [commands, setCommands] = useState<readonly SlashCommand[]>([]);
  const [me, setMe] = useState(sessionStorage.getItem('llmgw.me') ?? 'U0OLIVIA');
  const [channel, setChannel] = useState('C0GATEWAY');
  const [pending, setPending] = useState<Pending>();
  const [notice, setNotice] = useState('');
  const { screen, up } = useScreen(me);

  useEffect(() => {
    void Promise.all([readPeople().then(setPeople), readCommands().then(setCommands)]);
  }, []);

  const names = useMemo<Names>(
    () => ({
      person: (id) => people.find((person) => person.id === id)?.name ?? id,
      channel: (id) => screen?.channels.find((one) => one.id === id)?.name ?? id,
    }),
    [people, screen],
  );
  const tell = useCallback((what: Parameters<typeof act>[0], body: object): void => {
    void act(what, body).then((refusal) => setNotice(refusal ?? ''));
  }, []);
  const press = (where: object) => (element: BlockElement, _block: Block, value?: string) => {
    const go = (): void =>
      tell('click', { as: me, ...where, actionId: element.action_id, value, confirmed: true });
    if (element.url !== undefined) window.open(element.url, '_blank', 'noreferrer');
    if (element.confirm === undefined) go();
    else setPending({ element, go });
  };
  const actionsOf = (message: Message): BlockActions => ({
    names,
    act: press({ messageTs: message.ts }),
  });
  const send = (text: string, threadTs?: string): void => {
    const body = { as: me, channel, text, ...(threadTs === undefined ? {} : { threadTs }) };
    tell(text.startsWith('/') ? 'command' : 'message', body);
  };

  const here = screen?.channels.find((one) => one.id === channel) ?? screen?.channels[0];
  const place = here === undefined ? '' : here.kind === 'im' ? 'llmgw' : `#${here.name}`;
  const modal = screen?.modals.at(-1);
  return (
    <div class="app">
      <Sidebar
        people={people.filter((person) => !person.isBot)}
        me={me}
        channels={screen?.channels ?? []}
        channel={here?.id ?? ''}
        onPerson={(id) => {
          sessionStorage.setItem('llmgw.me', id);
          setMe(id);
        }}
        onChannel={setChannel}
      />
      <main>
        <header>
          <h1>{place}</h1>
          <span class="context">{here?.topic}</span>
        </header>
        {up ? null : (
          <p class="alert error" role="alert">
            The sandbox does not answer. Start it again with npm run sandbox; this page comes back
            by itself.
          </p>
        )}
        <MessageList
          key={`${me} ${channel}`}
          messages={(screen?.messages ?? []).filter((message) => message.channel === here?.id)}
          actions={actionsOf}
          onReply={(threadTs, text) => send(text, threadTs)}
        />
        {notice === '' ? null : (
          <p class="alert warning" role="alert">
            {notice}
          </p>
        )}
        <Composer place={place} commands={commands} onSend={(text) => send(text)} />
      </main>
      <aside class="cloud-slot" aria-label="Cloud">
        <h2>In the cloud</h2>
        <CloudPane />
      </aside>
      {modal === undefined ? null : (
        <ModalDialog
          key={modal.id}
          modal={modal}
          actions={{ names, act: press({ viewId: modal.id }) }}
          onSubmit={(values) => tell('submit', { as: me, viewId: modal.id, values })}
          onClose={() => tell('close-view', { as: me, viewId: modal.id })}
        />
      )}
      {pending?.element.confirm === undefined ? null : (
        <ConfirmDialog
          confirm={pending.element.confirm}
          onAnswer={(yes) => {
            if (yes) pending.go();
            setPending(undefined);
          }}
        />
      )}
    </div>
  );
}

/** The person's screen, read again after each change; one read at a time, the last change always seen. */
function useScreen(me: string): { screen: Screen | undefined; up: boolean } {
  const [screen, setScreen] = useState<Screen>();
  const [up, setUp] = useState(true);
  useEffect(() => {
    let reading = false;
    let again = false;
    let left = false;
    const read = async (): Promise<void> => {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      do {
        again = false;
        const next = await readScreen(me).catch(() => undefined);
        if (!left && next !== undefined) setScreen(next);
      } while (again);
      reading = false;
    };
    const stop = watch(me, () => void read(), setUp);
    return () => {
      left = true;
      stop();
    };
  }, [me]);
  return { screen, up };
}

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
