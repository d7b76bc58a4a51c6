// Message events of the app: mentions in its channels, everything in direct messages.
import { randomUUID } from 'node:crypto';
import type { Delivery } from './delivery.ts';
import { messageForApp } from './message-shape.ts';
import { isShared } from './origin.ts';
import { type Channel, type Message, TEAM } from './state.ts';
import type { MessageChange, Workspace } from './workspace.ts';

/** As in Slack, the app also gets its own messages: it must tell them from people's. */
export function tellApp(ws: Workspace, delivery: Delivery): void {
  ws.messageListeners.push((change) => {
    for (const event of eventsOf(ws, change)) void delivery.event(envelope(ws, event));
  });
}

function eventsOf(ws: Workspace, change: MessageChange): Record<string, unknown>[] {
  const { channel: id } = change.kind === 'posted' ? change.message : change.previous;
  const channel = ws.state.channels.find((each) => each.id === id);
  if (channel?.members.includes(ws.app.botUser) !== true) return [];
  const events: Record<string, unknown>[] = [];
  const kind = channel.kind === 'im' ? 'im' : 'channels';
  const isHeard = ws.app.grant.scopes.includes(`${kind}:history`) && hears(ws, `message.${kind}`);
  if (isHeard) events.push(messageEvent(ws, channel, change));
  // An edited message with a mention of the app gives a new event, with the same `ts`.
  const isMention =
    change.kind !== 'deleted' &&
    channel.kind !== 'im' &&
    change.message.user !== ws.app.botUser &&
    change.message.text.includes(`<@${ws.app.botUser}>`);
  if (isMention && ws.app.grant.scopes.includes('app_mentions:read') && hears(ws, 'app_mention')) {
    events.push({ ...typedFields(ws, change.message), type: 'app_mention', subtype: undefined });
  }
  return events;
}

/** True when the app subscribes to events of this kind. */
export function hears(ws: Workspace, event: string): boolean {
  return ws.app.grant.events.includes(event);
}

function messageEvent(
  ws: Workspace,
  channel: Channel,
  change: MessageChange,
): Record<string, unknown> {
  const base = { channel: channel.id, channel_type: channel.kind };
  switch (change.kind) {
    case 'posted':
      if (!change.message.byBot)
        return { type: 'message', ...base, ...typedFields(ws, change.message) };
      return { ...messageForApp(ws, change.message), ...base, event_ts: change.message.ts };
    case 'changed': {
      const ts = ws.newTs();
      return {
        type: 'message',
        subtype: 'message_changed',
        hidden: true,
        ...base,
        ts,
        event_ts: ts,
        message: messageForApp(ws, change.message),
        previous_message: messageForApp(ws, change.previous),
      };
    }
    case 'deleted': {
      const ts = ws.newTs();
      return {
        type: 'message',
        subtype: 'message_deleted',
        hidden: true,
        ...base,
        ts,
        event_ts: ts,
        deleted_ts: change.previous.ts,
        previous_message: messageForApp(ws, change.previous),
      };
    }
  }
}

/** Event form of a message by a person, another app or a workflow. */
function typedFields(ws: Workspace, message: Message): Record<string, unknown> {
  return {
    ...messageForApp(ws, message),
    ...(message.program === undefined ? { client_msg_id: randomUUID() } : {}),
    channel: message.channel,
    event_ts: message.editedTs ?? message.ts,
  };
}

function channelOfEvent(ws: Workspace, event: Record<string, unknown>): Channel | undefined {
  return ws.state.channels.find(({ id }) => id === event['channel']);
}

/** The outer layer of an event, with the id by which an app recognises a repetition. */
export function envelope(ws: Workspace, event: Record<string, unknown>): Record<string, unknown> {
  return {
    token: 'sandbox',
    team_id: TEAM.id,
    ...(ws.state.enterprise === null ? {} : { enterprise_id: ws.state.enterprise }),
    api_app_id: ws.app.id,
    type: 'event_callback',
    event_id: ws.newId('Ev'),
    event_time: Math.floor(ws.now() / 1000),
    event,
    is_ext_shared_channel: isShared(ws, channelOfEvent(ws, event)),
    authorizations: [
      {
        enterprise_id: ws.state.enterprise,
        team_id: TEAM.id,
        user_id: ws.app.botUser,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
  };
}
