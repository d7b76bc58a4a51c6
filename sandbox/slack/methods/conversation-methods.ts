// conversations.info, open, list, members, history, replies, join; users.conversations.
import { channelOf, channelOfBot } from '../channel-access.ts';
import type { CallArguments } from '../call-arguments.ts';
import { messageForApp } from '../message-shape.ts';
import { page } from '../page-of-results.ts';
import { Refusal } from '../refusal.ts';
import { type Channel, type Message } from '../state.ts';
import { type WebMethod, needScope } from '../web-method.ts';
import {
  type Workspace,
  directMessageOf,
  findMessage,
  findPerson,
  messagesOf,
} from '../workspace.ts';

export function channelForApp(ws: Workspace, channel: Channel): Record<string, unknown> {
  if (channel.kind === 'im') {
    const user = channel.members.find((each) => each !== ws.app.botUser);
    return { id: channel.id, is_im: true, is_channel: false, user, is_open: true };
  }
  return {
    id: channel.id,
    name: channel.name,
    is_channel: true,
    is_im: false,
    is_private: false,
    is_archived: channel.isArchived === true,
    is_member: channel.members.includes(ws.app.botUser),
    num_members: channel.members.length,
    topic: { value: channel.topic, creator: '', last_set: 0 },
  };
}

const READ_SCOPES = ['channels:read', 'groups:read', 'mpim:read', 'im:read'];

/** `read` or `history` scope for the channel's kind. */
function needKindScope(ws: Workspace, channel: Channel, what: 'read' | 'history'): void {
  needScope(ws, [channel.kind === 'im' ? `im:${what}` : `channels:${what}`]);
}

const info: WebMethod = {
  name: 'conversations.info',
  tier: 3,
  scopes: READ_SCOPES,
  token: 'bot',
  call: (args, ws) => {
    const channel = channelOf(ws, args.required('channel'));
    needKindScope(ws, channel, 'read');
    return { channel: channelForApp(ws, channel) };
  },
};

const open: WebMethod = {
  name: 'conversations.open',
  tier: 3,
  scopes: ['im:write', 'mpim:write', 'channels:manage'],
  token: 'bot',
  call: (args, ws) => {
    if (args.has('channel')) {
      const channel = channelOfBot(ws, args.required('channel'));
      return { channel: { id: channel.id } };
    }
    const users = args.required('users').split(',');
    if (users.length > 1) throw new Refusal('not_enough_users');
    const person = findPerson(ws, users[0] ?? '');
    if (person === undefined) throw new Refusal('user_not_found');
    const channel = directMessageOf(ws, person.id);
    if (channel === undefined || person.isBot) throw new Refusal('cannot_dm_bot');
    return { channel: { id: channel.id }, no_op: true, already_open: true };
  },
};

const list: WebMethod = {
  name: 'conversations.list',
  tier: 2,
  scopes: READ_SCOPES,
  token: 'bot',
  call: (args, ws) => {
    const types = (args.text('types') ?? 'public_channel').split(',');
    const wanted = ws.state.channels.filter((each) =>
      each.kind === 'im'
        ? types.includes('im') && each.members.includes(ws.app.botUser)
        : types.includes('public_channel') &&
          !(args.flag('exclude_archived') && each.isArchived === true),
    );
    const { items, next } = page(wanted, args);
    return {
      channels: items.map((each) => channelForApp(ws, each)),
      response_metadata: { next_cursor: next },
    };
  },
};

const members: WebMethod = {
  name: 'conversations.members',
  tier: 4,
  scopes: READ_SCOPES,
  token: 'bot',
  call: (args, ws) => {
    const channel = channelOf(ws, args.required('channel'));
    needKindScope(ws, channel, 'read');
    const { items, next } = page(channel.members, args);
    return { members: items, response_metadata: { next_cursor: next } };
  },
};

function historyPage(
  ws: Workspace,
  messages: readonly Message[],
  args: CallArguments,
): Record<string, unknown> {
  const oldest = Number(args.text('oldest') ?? 0);
  const latest = Number(args.text('latest') ?? Number.POSITIVE_INFINITY);
  const within = messages.filter(({ ts }) => {
    const at = Number(ts);
    if (args.flag('inclusive')) return at >= oldest && at <= latest;
    return at > oldest && at < latest;
  });
  const { items, next } = page(within, args);
  const show = { metadata: args.flag('include_all_metadata') };
  return {
    messages: items.map((each) => messageForApp(ws, each, show)),
    has_more: next !== '',
    ...(next === '' ? {} : { response_metadata: { next_cursor: next } }),
  };
}

const HISTORY_SCOPES = ['channels:history', 'groups:history', 'mpim:history', 'im:history'];

const history: WebMethod = {
  name: 'conversations.history',
  tier: 3,
  scopes: HISTORY_SCOPES,
  token: 'bot',
  call: (args, ws) => {
    const channel = channelOf(ws, args.required('channel'));
    needKindScope(ws, channel, 'history');
    channelOfBot(ws, channel.id);
    const roots = messagesOf(ws, channel.id).filter((each) => each.threadTs === undefined);
    return historyPage(ws, roots.toReversed(), args);
  },
};

const replies: WebMethod = {
  name: 'conversations.replies',
  tier: 3,
  scopes: HISTORY_SCOPES,
  token: 'bot',
  call: (args, ws) => {
    const channel = channelOf(ws, args.required('channel'));
    needKindScope(ws, channel, 'history');
    channelOfBot(ws, channel.id);
    const ts = args.required('ts');
    const asked = findMessage(ws, channel.id, ts);
    if (asked === undefined) throw new Refusal('thread_not_found');
    const root = asked.threadTs ?? asked.ts;
    const thread = messagesOf(ws, channel.id).filter(
      (each) => each.ts === root || each.threadTs === root,
    );
    return historyPage(ws, thread, args);
  },
};

const ALREADY_IN = 'already_in_channel';

const join: WebMethod = {
  name: 'conversations.join',
  tier: 3,
  scopes: ['channels:join'],
  token: 'bot',
  call: (args, ws) => {
    const channel = channelOf(ws, args.required('channel'));
    if (channel.kind === 'im') throw new Refusal('method_not_supported_for_channel_type');
    if (channel.isArchived === true) throw new Refusal('is_archived');
    const isMember = channel.members.includes(ws.app.botUser);
    if (!isMember) channel.members.push(ws.app.botUser);
    ws.changed();
    const warning = { warning: ALREADY_IN, response_metadata: { warnings: [ALREADY_IN] } };
    return { channel: channelForApp(ws, channel), ...(isMember ? warning : {}) };
  },
};

/** The app's own conversations, or those that it shares with a named person. */
const ofUser: WebMethod = {
  name: 'users.conversations',
  tier: 3,
  scopes: READ_SCOPES,
  token: 'bot',
  call: (args, ws) => {
    const user = args.text('user') ?? ws.app.botUser;
    if (!ws.state.people.some(({ id }) => id === user)) throw new Refusal('user_not_found');
    const types = (args.text('types') ?? 'public_channel').split(',');
    const found = ws.state.channels.filter(
      (each) =>
        types.includes(each.kind === 'im' ? 'im' : 'public_channel') &&
        !(args.flag('exclude_archived') && each.isArchived === true) &&
        each.members.includes(user) &&
        (each.kind === 'channel' || each.members.includes(ws.app.botUser)),
    );
    const { items, next } = page(found, args);
    const channels = items.map((each) => channelForApp(ws, each));
    return { channels, response_metadata: { next_cursor: next } };
  },
};

export const conversationMethods: readonly WebMethod[] = [
  info,
  open,
  list,
  members,
  history,
  replies,
  join,
  ofUser,
];
