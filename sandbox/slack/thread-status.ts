// "is thinking…": what assistant.threads.setStatus shows in a thread until the app answers there, or for two minutes.
import { BOT_USER } from './state.ts';
import type { Workspace } from './workspace.ts';

const LIFETIME_MS = 2 * 60_000;

export interface ThreadStatus {
  readonly channel: string;
  readonly threadTs: string;
  readonly status: string;
  readonly at: number;
}

export function setThreadStatus(
  ws: Workspace,
  place: { channel: string; threadTs: string },
  status: string,
): void {
  clear(ws, place);
  if (status !== '') ws.threadStatuses.push({ ...place, status, at: ws.now() });
  ws.changed();
}

export function threadStatuses(ws: Workspace): ThreadStatus[] {
  return ws.threadStatuses.filter(({ at }) => ws.now() - at < LIFETIME_MS);
}

/** The app's answer in a thread takes the status away. */
export function clearStatusOnAnswer(ws: Workspace): void {
  ws.messageListeners.push((change) => {
    if (change.kind !== 'posted' || change.message.user !== BOT_USER) return;
    const { channel, threadTs } = change.message;
    if (threadTs !== undefined) clear(ws, { channel, threadTs });
  });
}

function clear(ws: Workspace, { channel, threadTs }: { channel: string; threadTs: string }): void {
  const at = ws.threadStatuses.findIndex(
    (each) => each.channel === channel && each.threadTs === threadTs,
  );
  if (at !== -1) ws.threadStatuses.splice(at, 1);
}
