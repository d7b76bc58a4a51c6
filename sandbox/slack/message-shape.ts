// Messages and users in the Web API's form.
import { enterpriseOf, isForeign, originFields, teamOf } from './origin.ts';
import { type Message, type Person, type Program, TEAM } from './state.ts';
import { type Workspace, appOfBot, messagesOf } from './workspace.ts';

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
    ...(message.user === '' ? {} : { user: message.user }),
    ts: message.ts,
    text: message.text,
    ...originFields(ws.state.people.find(({ id }) => id === message.user)),
    ...botFields(ws, message.user),
    ...programFields(message.program),
    ...subtypeOf(message),
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

function botFields(ws: Workspace, user: string): Record<string, unknown> {
  const app = appOfBot(ws, user);
  return app === undefined ? {} : { bot_id: app.botId, app_id: app.id };
}

function programFields(program: Program | undefined): Record<string, unknown> {
  if (program === undefined) return {};
  const { appId, botId, name, isWorkflow } = program;
  return {
    bot_id: botId,
    app_id: appId,
    bot_profile: { id: botId, app_id: appId, name, is_workflow_bot: isWorkflow, team_id: TEAM.id },
    ...(isWorkflow ? { subtype: 'bot_message', username: name } : {}),
  };
}

function subtypeOf(message: Message): Record<string, unknown> {
  const files = message.files ?? [];
  if (message.byBot) return {};
  return {
    ...(message.isBroadcast === true ? { subtype: 'thread_broadcast' } : {}),
    ...(files.length === 0
      ? {}
      : {
          subtype: 'file_share',
          upload: false,
          files: files.map(({ content: _content, ...file }) => ({
            ...file,
            title: file.name,
            user: message.user,
            mode: 'hosted',
          })),
        }),
  };
}

/** Email only with its scope, and only of people who do not hide it. */
export function userForApp(ws: Workspace, person: Person): Record<string, unknown> {
  const showsEmail =
    ws.app.grant.scopes.includes('users:read.email') && !person.emailHidden && person.email !== '';
  const bot = appOfBot(ws, person.id);
  return {
    id: person.id,
    team_id: teamOf(person),
    name: person.name,
    real_name: person.realName,
    deleted: person.isDeactivated === true,
    ...standingFields(ws, person),
    is_bot: person.isBot,
    is_app_user: false,
    tz: 'Etc/UTC',
    profile: {
      title: person.title,
      real_name: person.realName,
      display_name: person.name,
      team: teamOf(person),
      ...(showsEmail ? { email: person.email } : {}),
      ...(bot === undefined ? {} : { bot_id: bot.botId, api_app_id: bot.id }),
    },
  };
}

/** For external users, Slack only reports whether they are strangers. */
function standingFields(ws: Workspace, person: Person): Record<string, unknown> {
  const enterprise = enterpriseOf(ws, person);
  const grid =
    enterprise === null
      ? {}
      : { enterprise_user: { id: person.id, enterprise_id: enterprise, teams: [teamOf(person)] } };
  if (isForeign(ws, person)) return { ...grid, is_stranger: person.isStranger === true };
  return {
    ...grid,
    is_restricted: person.guest !== undefined,
    is_ultra_restricted: person.guest === 'single_channel',
  };
}
