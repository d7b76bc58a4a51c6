// Messages and users as the Web API shows them to an app.
import type { Message, Person } from './state.ts';
import { APP_ID, BOT_ID, TEAM } from './state.ts';
import { type Workspace, messagesOf } from './workspace.ts';

export function messageForApp(
  ws: Workspace,
  message: Message,
  show: { metadata: boolean } = { metadata: true },
): Record<string, unknown> {
  const replies = messagesOf(ws, message.channel).filter(
    (each) => each.threadTs === message.ts && each.ts !== message.ts,
  );
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: TEAM.id,
    ...(message.byBot ? { bot_id: BOT_ID, app_id: APP_ID } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.editedTs === undefined
      ? {}
      : { edited: { user: message.user, ts: message.editedTs } }),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(replies.length === 0
      ? {}
      : { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }),
    ...(message.reactions.length > 0
      ? {
          reactions: message.reactions.map((each) => ({
            name: each.name,
            users: each.users,
            count: each.users.length,
          })),
        }
      : {}),
    ...(show.metadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
    ...(message.stream === undefined
      ? {}
      : { streaming_state: message.stream.open ? 'in_progress' : 'completed' }),
  };
}

/** Email only with its scope, and only of those who do not hide it. */
export function userForApp(ws: Workspace, person: Person): Record<string, unknown> {
  const showsEmail =
    ws.state.scopes.includes('users:read.email') && !person.emailHidden && person.email !== '';
  return {
    id: person.id,
    team_id: TEAM.id,
    name: person.name,
    real_name: person.realName,
    deleted: false,
    is_bot: person.isBot,
    is_app_user: false,
    tz: 'Etc/UTC',
    profile: {
      title: person.title,
      real_name: person.realName,
      display_name: person.name,
      team: TEAM.id,
      ...(showsEmail ? { email: person.email } : {}),
      ...(person.isBot ? { bot_id: BOT_ID, api_app_id: APP_ID } : {}),
    },
  };
}
