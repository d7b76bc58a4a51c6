// Channel lookups and access checks of the Web API, with Slack's errors.
import { Refusal } from './refusal.ts';
import { type Channel, type Message } from './state.ts';
import {
  type Workspace,
  directMessageOf,
  findChannel,
  findMessage,
  findPerson,
} from './workspace.ts';

/** The requested channel; a person's id means the bot's direct message. @throws Refusal channel_not_found */
export function channelOf(ws: Workspace, idOrName: string): Channel {
  const person = findPerson(ws, idOrName);
  const found = person === undefined ? findChannel(ws, idOrName) : directMessageOf(ws, person.id);
  if (found === undefined) throw new Refusal('channel_not_found');
  return found;
}

/** A writable channel. @throws Refusal channel_not_found | not_in_channel | is_archived */
export function openChannelOfBot(ws: Workspace, idOrName: string): Channel {
  const channel = channelOfBot(ws, idOrName);
  if (channel.isArchived === true) throw new Refusal('is_archived');
  return channel;
}

/** A channel with edit access. @throws Refusal channel_not_found | not_in_channel | is_inactive */
export function editableChannel(ws: Workspace, idOrName: string): Channel {
  const channel = channelOfBot(ws, idOrName);
  if (channel.isArchived === true) throw new Refusal('is_inactive');
  return channel;
}

/** @throws Refusal channel_not_found | not_in_channel */
export function channelOfBot(ws: Workspace, idOrName: string): Channel {
  const channel = channelOf(ws, idOrName);
  // Direct messages of others do not exist for a bot that is not a member.
  if (channel.members.includes(ws.app.botUser)) return channel;
  throw new Refusal(channel.kind === 'im' ? 'channel_not_found' : 'not_in_channel');
}

/** The bot's own message. @throws Refusal message_not_found | `notOwn` */
export function ownMessage(ws: Workspace, channel: Channel, ts: string, notOwn: string): Message {
  const message = findMessage(ws, channel.id, ts);
  if (message === undefined) throw new Refusal('message_not_found');
  if (message.user !== ws.app.botUser) throw new Refusal(notOwn);
  return message;
}
