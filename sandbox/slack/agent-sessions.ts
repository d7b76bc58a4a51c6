// Agent sessions: status and title of an app's threads, and Slack's Stop button.
import type { CallArguments } from './call-arguments.ts';
import { Refusal } from './refusal.ts';
import type { AgentSession } from './state.ts';
import type { Workspace } from './workspace.ts';

const STATUSES = ['processing', 'active', 'suspended', 'closed'] as const;

type SessionPlace = Pick<AgentSession, 'channel' | 'threadTs'>;

/** @throws Refusal invalid_status */
export function sessionStatus(args: CallArguments, name: string): AgentSession['status'] {
  const status = STATUSES.find((each) => each === args.required(name));
  if (status === undefined) throw new Refusal('invalid_status');
  return status;
}

export function findSession(ws: Workspace, place: SessionPlace): AgentSession | undefined {
  return ws.state.agentSessions.find(
    (each) =>
      each.app === ws.app.id && each.channel === place.channel && each.threadTs === place.threadTs,
  );
}

/** Creates the session if it does not exist; only then does a title apply. */
export function setSession(
  ws: Workspace,
  { channel, threadTs }: SessionPlace,
  status: AgentSession['status'],
  title = '',
): void {
  const known = findSession(ws, { channel, threadTs });
  if (known !== undefined) known.status = status;
  else ws.state.agentSessions.push({ app: ws.app.id, channel, threadTs, status, title });
}
