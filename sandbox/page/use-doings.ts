// A person's actions on the page: actions with confirmations, selects, shortcuts, and errors.
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { BlockActions } from './blocks/block-actions.ts';
import type { BlockElement, Confirm } from './blocks/block-kit.ts';
import { readValues } from './dialogs/modal.tsx';
import type { MessageDoings } from './message.tsx';
import {
  type Act,
  act,
  type Channel,
  type Person,
  type Shortcut,
  suggest,
} from './workspace-client.ts';

interface Pending {
  readonly confirm: Confirm;
  readonly isDanger: boolean;
  readonly resolve: (yes: boolean) => void;
}

export interface DoingsOf {
  readonly me: string;
  readonly people: readonly Person[];
  readonly channels: readonly Channel[] | undefined;
  readonly shortcuts: readonly Shortcut[];
  readonly onThread: (ts: string) => void;
}

export interface Doings {
  readonly doings: MessageDoings;
  readonly threadDoings: MessageDoings;
  readonly blocks: { readonly home: BlockActions; modal(viewId: string): BlockActions };
  readonly notice: string;
  readonly setNotice: (words: string) => void;
  readonly pending: Pending | undefined;
  readonly answer: (yes: boolean) => void;
  /** Runs the action; an error becomes the notice. */
  readonly tell: (what: Act, body: object) => Promise<void>;
}

const noChannels: readonly Channel[] = [];

export function useDoings({
  me,
  people,
  channels = noChannels,
  shortcuts,
  onThread,
}: DoingsOf): Doings {
  const [notice, setNotice] = useState('');
  const [pending, setPending] = useState<Pending>();
  const names = namesIn(channels);
  const tell = useCallback(async (what: Act, body: object): Promise<void> => {
    const refusal = await act(what, body);
    // Marking messages as read must not clear the notice.
    if (what !== 'read') setNotice(refusal ?? '');
  }, []);
  const surface = useMemo(() => {
    const confirmed = (element: BlockElement): Promise<boolean> => {
      const { confirm } = element;
      if (confirm === undefined) return Promise.resolve(true);
      const isDanger = confirm.style === 'danger' || element.style === 'danger';
      return new Promise((resolve) => setPending({ confirm, isDanger, resolve }));
    };
    return (where: { messageTs?: string; viewId?: string; home?: boolean }): BlockActions => ({
      names: {
        person: (id) => people.find((one) => one.id === id)?.name ?? id,
        channel: (id) => names.get(id) ?? id,
      },
      people: people.map(({ id, realName }) => ({ id, label: realName })),
      channels: [...names].map(([id, name]) => ({ id, label: `#${name}` })),
      act: async (element, _block, value) => {
        if (!(await confirmed(element))) return;
        if (element.url !== undefined) window.open(element.url, '_blank', 'noreferrer');
        const action = { actionId: element.action_id, value, confirmed: true };
        const inputs = where.viewId === undefined ? undefined : openInputs();
        await tell('click', { as: me, ...where, ...action, inputs });
      },
      suggest: (element, query) =>
        suggest({ as: me, ...where, actionId: element.action_id, query }),
    });
  }, [me, people, [...names].join(' ')]);
  const doings = useMemo((): MessageDoings => {
    return {
      blocksOf: (messageTs) => surface({ messageTs }),
      shortcuts,
      onThread,
      onDismiss: (ts) => void tell('dismiss', { as: me, ts }),
      onShortcut: (callbackId, messageTs) =>
        void tell('shortcut', { as: me, shortcut: callbackId, messageTs }),
      onStop: ({ channel, threadTs }) => void tell('stop-session', { as: me, channel, threadTs }),
    };
  }, [surface, shortcuts]);
  const threadDoings = useMemo((): MessageDoings => ({ ...doings, onThread: undefined }), [doings]);
  const blocks = useMemo(
    () => ({ home: surface({ home: true }), modal: (viewId: string) => surface({ viewId }) }),
    [surface],
  );
  return {
    doings,
    threadDoings,
    blocks,
    notice,
    setNotice,
    pending,
    tell,
    answer: (yes) => {
      pending?.resolve(yes);
      setPending(undefined);
    },
  };
}

function namesIn(channels: readonly Channel[]): ReadonlyMap<string, string> {
  return new Map(
    channels.filter(({ kind }) => kind === 'channel').map(({ id, name }) => [id, name]),
  );
}

/** Values of the open modal, for actions in it. */
function openInputs(): Record<string, string> | undefined {
  const form = document.querySelector<HTMLFormElement>('dialog[open] form');
  return form === null ? undefined : readValues(form);
}
