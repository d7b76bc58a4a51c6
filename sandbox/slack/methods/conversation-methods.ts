// conversations.info, open, list, members, history, replies; reactions.add.
import { channelOf, channelOfBot } from '../channel-access.ts';
import type { CallArguments } from '../call-arguments.ts';
import { messageForApp } from '../message-shape.ts';
import { page } from '../page-of-results.ts';
import { Refusal } from '../refusal.ts';
import { BOT_USER, type Channel, type Message } from '../state.ts';
import { type WebMethod, needScope } from '../web-method.ts';
import {
  type Workspace,
  directMessageOf,
  findMessage,
  findPerson,
  messagesOf,
} from '../workspace.ts';

function channelForApp(channel: Channel): Record<string, unknown> {
  if (channel.kind === 'im') {
    const user = channel.members.find((each) => each !== BOT_USER);
    return { id: channel.id, is_im: true, is_channel: false, user, is_open: true };
  }
  return {
    id: channel.id,
    name: channel.name,
    is_channel: true,
    is_im: false,
    is_private: false,
    is_archived: false,
    is_member: channel.members.includes(BOT_USER),
    num_members: channel.members.length,
    topic: { value: channel.topic, creator: '', last_set: 0 },
  };
}

/** `read` or `history` of the kind of channel that it is. */
function needKindScope(ws: Workspace, channel: Channel, what: 'read' | 'history'): void {
  needScope(ws, [channel.kind === 'im' ? `im:${what}` : `channels:${what}`]);
}

const info: WebMethod = {
  name: 'conversations.info',
  tier: 3,
  scopes: ['channels:read', 'groups:read', 'mpim:read', 'im:read'],
  token: 'bot',
  call: (args, ws) => {
    const channel = channelOf(ws, args.required('channel'));
    needKindScope(ws, channel, 'read');
    return { channel: channelForApp(channel) };
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
  scopes: ['channels:read', 'groups:read', 'mpim:read', 'im:read'],
  token: 'bot',
  call: (args, ws) => {
    const types = (args.text('types') ?? 'public_channel').split(',');
    const wanted = ws.state.channels.filter((each) =>
      types.includes(each.kind === 'im' ? 'im' : 'public_channel'),
    );
    const { items, next } = page(wanted, args);
    return { channels: items.map(channelForApp), response_metadata: { next_cursor: next } };
  },
};

const members: WebMethod = {
  name: 'conversations.members',
  tier: 4,
  scopes: ['channels:read', 'groups:read', 'mpim:read', 'im:read'],
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

const react: WebMethod = {
  name: 'reactions.add',
  tier: 3,
  scopes: ['reactions:write'],
  token: 'bot',
  call: (args, ws) => {
    const channel = channelOfBot(ws, args.required('channel'));
    const message = findMessage(ws, channel.id, args.required('timestamp'));
    const name = args.required('name');
    if (message === undefined) throw new Refusal('message_not_found');
    const same = message.reactions.find((each) => each.name === name);
    if (same?.users.includes(BOT_USER) === true) throw new Refusal('already_reacted');
    if (same === undefined) message.reactions.push({ name, users: [BOT_USER] });
    else same.users.push(BOT_USER);
    ws.changed();
    return {};
  },
};

export const conversationMethods: readonly WebMethod[] = [
  info,
  open,
  list,
  members,
  history,
  replies,
  react,
];
