// auth.test, apps.connections.open, agents.sessions.setStatus and rename.
import { findSession, sessionStatus, setSession } from '../agent-sessions.ts';
import type { CallArguments } from '../call-arguments.ts';
import { channelOfBot } from '../channel-access.ts';
import { hears } from '../message-events.ts';
import { Refusal, invalidArguments } from '../refusal.ts';
import { TEAM } from '../state.ts';
import type { WebMethod } from '../web-method.ts';
import { type Workspace, findMessage } from '../workspace.ts';

const MAX_TITLE = 200;

const authTest: WebMethod = {
  name: 'auth.test',
  tier: 'special',
  scopes: [],
  token: 'bot',
  call: (_args, ws) => ({
    url: `${ws.ctx.baseUrl}/`,
    team: TEAM.name,
    user: ws.state.people.find(({ id }) => id === ws.app.botUser)?.name,
    team_id: TEAM.id,
    ...(ws.state.enterprise === null ? {} : { enterprise_id: ws.state.enterprise }),
    user_id: ws.app.botUser,
    bot_id: ws.app.botId,
    is_enterprise_install: false,
  }),
};

const connectionsOpen: WebMethod = {
  name: 'apps.connections.open',
  tier: 3,
  scopes: ['connections:write'],
  token: 'app',
  call: (_args, _ws, { socket }) => ({ url: socket.newUrl() }),
};

function sessionPlace(args: CallArguments, ws: Workspace): { channel: string; threadTs: string } {
  const channel = channelOfBot(ws, args.required('channel_id'));
  const threadTs = args.required('thread_ts');
  if (findMessage(ws, channel.id, threadTs) === undefined) throw new Refusal('thread_not_found');
  return { channel: channel.id, threadTs };
}

function titleOf(args: CallArguments): string {
  const title = args.text('title') ?? '';
  if (title.length > MAX_TITLE) {
    throw invalidArguments(`must be less than ${MAX_TITLE + 1} characters [json-pointer:/title]`);
  }
  return title;
}

/** Without the subscription there is no Stop button, and Slack reports this. */
const UNHEARD = 'missing_agent_session_stopped_event_subscription';
const unheard = { response_metadata: { warnings: [UNHEARD] } } as const;

const setStatus: WebMethod = {
  name: 'agents.sessions.setStatus',
  tier: 3,
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const place = sessionPlace(args, ws);
    const status = sessionStatus(args, 'status');
    const title = titleOf(args);
    setSession(ws, place, status, title);
    ws.changed();
    return hears(ws, 'agent_session_stopped') ? {} : { warning: UNHEARD, ...unheard };
  },
};

const rename: WebMethod = {
  name: 'agents.sessions.rename',
  tier: 3,
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const known = findSession(ws, sessionPlace(args, ws));
    const title = titleOf(args);
    if (known === undefined) throw new Refusal('session_not_found');
    if (title === '') throw invalidArguments('missing required field: title');
    known.title = title;
    ws.changed();
    return {};
  },
};

export const appMethods: readonly WebMethod[] = [authTest, connectionsOpen, setStatus, rename];
