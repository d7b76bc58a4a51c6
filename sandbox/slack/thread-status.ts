// "is thinking…": assistant.threads.setStatus, until the app's answer or for two minutes.
import { type Workspace, appOfBot } from './workspace.ts';

const LIFETIME_MS = 2 * 60_000;

export interface ThreadStatus {
  readonly app: string;
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
  clear(ws, place, ws.app.id);
  if (status !== '') ws.threadStatuses.push({ app: ws.app.id, ...place, status, at: ws.now() });
  ws.changed();
}

export function threadStatuses(ws: Workspace): ThreadStatus[] {
  return ws.threadStatuses.filter(({ at }) => ws.now() - at < LIFETIME_MS);
}

/** The app's answer in a thread clears the status. */
export function clearStatusOnAnswer(ws: Workspace): void {
  ws.messageListeners.push((change) => {
    if (change.kind !== 'posted') return;
    const { channel, threadTs, user } = change.message;
    const app = appOfBot(ws, user);
    if (app !== undefined && threadTs !== undefined) clear(ws, { channel, threadTs }, app.id);
  });
}

function clear(
  ws: Workspace,
  { channel, threadTs }: { channel: string; threadTs: string },
  app: string,
): void {
  const at = ws.threadStatuses.findIndex(
    (each) => each.app === app && each.channel === channel && each.threadTs === threadTs,
  );
  if (at !== -1) ws.threadStatuses.splice(at, 1);
}
