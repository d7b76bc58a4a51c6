// chat.postMessage, update, delete, postEphemeral, getPermalink.
import { channelOf, editableChannel, openChannelOfBot, ownMessage } from '../channel-access.ts';
import {
  MAX_TEXT,
  MAX_UPDATE_TEXT,
  needContent,
  readContent,
  readMetadata,
  readThreadTs,
} from '../message-content.ts';
import { messageForApp } from '../message-shape.ts';
import { Refusal } from '../refusal.ts';
import { needNoFiles } from '../shown-files.ts';
import { isStreaming } from '../streams.ts';
import type { WebMethod } from '../web-method.ts';
import {
  addEphemeral,
  addMessage,
  deleteMessage,
  editMessage,
  findMessage,
  findPerson,
} from '../workspace.ts';

const post: WebMethod = {
  name: 'chat.postMessage',
  tier: 'post',
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const channel = openChannelOfBot(ws, args.required('channel'));
    const content = readContent(args, ws);
    const metadata = readMetadata(args);
    needContent(content);
    const message = addMessage(ws, {
      channel: channel.id,
      user: ws.app.botUser,
      text: (content.text ?? '').slice(0, MAX_TEXT),
      blocks: content.blocks ?? [],
      attachments: content.attachments ?? [],
      metadata: metadata === 'clear' ? undefined : metadata,
      threadTs: readThreadTs(args),
    });
    return { channel: channel.id, ts: message.ts, message: messageForApp(ws, message) };
  },
};

const update: WebMethod = {
  name: 'chat.update',
  tier: 3,
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const channel = editableChannel(ws, args.required('channel'));
    const message = ownMessage(ws, channel, args.required('ts'), 'cant_update_message');
    if (isStreaming(ws, message)) throw new Refusal('streaming_state_conflict');
    const content = readContent(args, ws);
    const metadata = readMetadata(args);
    if (Buffer.byteLength(content.text ?? '') > MAX_UPDATE_TEXT) throw new Refusal('msg_too_long');
    const next = {
      text: content.text ?? message.text,
      blocks: content.blocks ?? message.blocks,
      attachments: content.attachments ?? message.attachments,
    };
    needContent(next);
    editMessage(ws, message, (edited) => {
      Object.assign(edited, next);
      if (metadata === 'clear') delete edited.metadata;
      else if (metadata !== undefined) edited.metadata = metadata;
    });
    return {
      channel: channel.id,
      ts: message.ts,
      text: message.text,
      message: messageForApp(ws, message),
    };
  },
};

const remove: WebMethod = {
  name: 'chat.delete',
  tier: 3,
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const channel = editableChannel(ws, args.required('channel'));
    const message = ownMessage(ws, channel, args.required('ts'), 'cant_delete_message');
    deleteMessage(ws, message);
    return { channel: channel.id, ts: message.ts };
  },
};

const ephemeral: WebMethod = {
  name: 'chat.postEphemeral',
  tier: 4,
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const channel = openChannelOfBot(ws, args.required('channel'));
    const person = findPerson(ws, args.required('user'));
    if (person === undefined) throw new Refusal('user_not_found');
    if (!channel.members.includes(person.id)) throw new Refusal('user_not_in_channel');
    const content = readContent(args, ws);
    needContent(content);
    needNoFiles(content.blocks ?? []);
    const threadTs = readThreadTs(args);
    const shown = addEphemeral(ws, {
      channel: channel.id,
      to: person.id,
      from: ws.app.botUser,
      text: (content.text ?? '').slice(0, MAX_TEXT),
      blocks: content.blocks ?? [],
      threadTs,
    });
    return { message_ts: shown.ts };
  },
};

const permalink: WebMethod = {
  name: 'chat.getPermalink',
  tier: 'special',
  scopes: [],
  token: 'bot',
  call: (args, ws) => {
    const channel = channelOf(ws, args.required('channel'));
    const message = findMessage(ws, channel.id, args.required('message_ts'));
    if (message === undefined) throw new Refusal('message_not_found');
    const place = `${ws.ctx.baseUrl}/#/${channel.id}/p${message.ts.replace('.', '')}`;
    const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}`;
    return { channel: channel.id, permalink: `${place}${thread}` };
  },
};

export const chatMethods: readonly WebMethod[] = [post, update, remove, ephemeral, permalink];
