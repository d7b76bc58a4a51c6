// chat.startStream, appendStream, stopStream.
import { acceptMessageBlocks } from '../blocks/accept-blocks.ts';
import { openChannelOfBot, ownMessage } from '../channel-access.ts';
import type { CallArguments } from '../call-arguments.ts';
import { sessionStatus, setSession } from '../agent-sessions.ts';
import { readMetadata, readThreadTs } from '../message-content.ts';
import { messageForApp } from '../message-shape.ts';
import { Refusal, invalidArguments } from '../refusal.ts';
import { needShownFiles } from '../shown-files.ts';
import { type Channel, type Message } from '../state.ts';
import { appendToStream, isStreaming, needStreamContent } from '../streams.ts';
import type { WebMethod } from '../web-method.ts';
import { type Workspace, addMessage, findMessage, findPerson } from '../workspace.ts';

const start: WebMethod = {
  name: 'chat.startStream',
  tier: 2,
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const channel = openChannelOfBot(ws, args.required('channel'));
    const threadTs = readThreadTs(args);
    if (threadTs === undefined) throw invalidArguments('missing required field: thread_ts');
    const recipient = recipientOf(args, ws, channel);
    if (findMessage(ws, channel.id, threadTs) === undefined) {
      throw new Refusal('invalid_thread_ts');
    }
    const message = addMessage(ws, {
      channel: channel.id,
      user: ws.app.botUser,
      text: '',
      threadTs,
    });
    message.stream = { startedAt: ws.now(), open: true, bytes: 0 };
    appendToStream(ws, message, args);
    if (recipient !== undefined) {
      const { text, blocks } = message;
      Object.assign(message.stream, { recipient, first: structuredClone({ text, blocks }) });
    }
    setSession(ws, { channel: channel.id, threadTs: message.threadTs ?? threadTs }, 'processing');
    ws.changed();
    return { channel: channel.id, ts: message.ts };
  },
};

/** In a channel a stream is for one of its members. In a direct message Bolt names a recipient too. */
function recipientOf(args: CallArguments, ws: Workspace, channel: Channel): string | undefined {
  const user = args.text('recipient_user_id');
  if (channel.kind === 'im') {
    if (user !== undefined && findPerson(ws, user) === undefined)
      throw new Refusal('user_not_found');
    return undefined;
  }
  if (!args.has('recipient_team_id')) throw new Refusal('missing_recipient_team_id');
  if (user === undefined) throw new Refusal('missing_recipient_user_id');
  if (findPerson(ws, user) === undefined) throw new Refusal('user_not_found');
  if (!channel.members.includes(user)) throw new Refusal('user_not_in_channel');
  return user;
}

const append: WebMethod = {
  name: 'chat.appendStream',
  tier: 4,
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const message = streamOf(args, ws);
    needStreamContent(args);
    appendToStream(ws, message, args);
    ws.changed();
    return { channel: message.channel, ts: message.ts };
  },
};

const stop: WebMethod = {
  name: 'chat.stopStream',
  tier: 2,
  scopes: ['chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const message = streamOf(args, ws);
    const blocks = args.json('blocks', 'invalid_blocks_format');
    const accepted = blocks === undefined ? [] : acceptMessageBlocks(blocks, () => ws.newId('b'));
    needShownFiles(ws, accepted, { root: '/blocks', code: 'invalid_blocks' });
    const metadata = readMetadata(args);
    const status = args.has('session_status') ? sessionStatus(args, 'session_status') : 'active';
    appendToStream(ws, message, args);
    message.blocks.push(...accepted);
    if (metadata !== undefined && metadata !== 'clear') message.metadata = metadata;
    if (message.stream !== undefined) message.stream.open = false;
    const { channel, threadTs } = message;
    if (threadTs !== undefined) setSession(ws, { channel, threadTs }, status);
    ws.changed();
    return { channel: message.channel, ts: message.ts, message: messageForApp(ws, message) };
  },
};

/** The requested open stream; it expires after five minutes. */
function streamOf(args: CallArguments, ws: Workspace): Message {
  const channel = openChannelOfBot(ws, args.required('channel'));
  const message = ownMessage(ws, channel, args.required('ts'), 'message_not_owned_by_app');
  if (message.stream?.isStopped === true) throw new Refusal('stopped_by_user');
  if (!isStreaming(ws, message)) throw new Refusal('message_not_in_streaming_state');
  return message;
}

export const streamMethods: readonly WebMethod[] = [start, append, stop];
