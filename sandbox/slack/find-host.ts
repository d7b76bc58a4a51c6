// Lookup of the app behind a message, modal, Home, session or shortcut.
import type { AppHost, AppHosts } from './app-hosts.ts';
import type { Click } from './interact.ts';
import { actor, channelsOf } from './people-access.ts';
import { stackOf } from './views.ts';
import { type Workspace, messagesOf } from './workspace.ts';

export type Meant = Pick<Click, 'as' | 'messageTs' | 'viewId' | 'home'> & {
  /** Id of the app of the Home tab. */
  readonly app?: string | undefined;
};

export function hostOfSurface(hosts: AppHosts, asked: Meant): AppHost {
  const { ws } = hosts.main;
  if (asked.messageTs !== undefined) return hosts.ofBot(authorOf(ws, asked.as, asked.messageTs));
  if (asked.home === true) return hosts.of(asked.app);
  const stack = stackOf(ws, actor(ws, asked.as).id);
  const { viewId } = asked;
  return hosts.of(
    (viewId === undefined ? stack.at(-1) : stack.find(({ id }) => id === viewId))?.app,
  );
}

function authorOf(ws: Workspace, as: string, ts: string): string | undefined {
  const person = actor(ws, as);
  const own = ws.ephemerals.find((each) => each.ts === ts && each.to === person.id);
  if (own !== undefined) return own.from;
  return channelsOf(ws, person)
    .flatMap((channel) => messagesOf(ws, channel.id))
    .find((each) => each.ts === ts)?.user;
}

/** The app of the thread's session; llmgw where there is none. */
export function hostOfSession(hosts: AppHosts, channel: string, threadTs: string): AppHost {
  const session = hosts.main.ws.state.agentSessions.findLast(
    (each) =>
      each.channel === channel && each.threadTs === threadTs && each.status === 'processing',
  );
  return hosts.of(session?.app);
}

/** The app of the shortcut; llmgw where there is none. */
export function hostOfShortcut(hosts: AppHosts, shortcut: string): AppHost {
  return (
    hosts
      .all()
      .find(({ ws }) =>
        ws.app.grant.shortcuts.some((each) => [each.callbackId, each.name].includes(shortcut)),
      ) ?? hosts.main
  );
}
