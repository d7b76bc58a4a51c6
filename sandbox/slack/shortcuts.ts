// Message shortcuts: what the menu of a message offers from the app, and choosing one of them.
import type { Delivery } from './delivery.ts';
import { HumanRefusal } from './human-refusal.ts';
import { commonFields } from './interact.ts';
import { messageForApp } from './message-shape.ts';
import { actor, channelsOf } from './people-access.ts';
import { newResponseUrl } from './response-url.ts';
import { type Workspace, messagesOf } from './workspace.ts';

export interface Shortcut {
  readonly type: 'message';
  readonly name: string;
  readonly callbackId: string;
  readonly description: string;
}

/** As the app's manifest has them. */
export const SHORTCUTS: readonly Shortcut[] = [
  {
    type: 'message',
    name: 'Ask the gateway about this',
    callbackId: 'ask.message',
    description: 'Asks the model about this message',
  },
];

export interface Chosen {
  readonly as: string;
  readonly messageTs: string;
  readonly shortcut: string;
}

/** @throws HumanRefusal for a shortcut or a message that is not there; Slack offers none on ephemeral messages */
export async function useShortcut(
  ws: Workspace,
  delivery: Delivery,
  { as, messageTs, shortcut }: Chosen,
): Promise<{ delivered: boolean; error?: string }> {
  const person = actor(ws, as);
  const meant = SHORTCUTS.find((each) => [each.callbackId, each.name].includes(shortcut));
  if (meant === undefined) {
    const names = SHORTCUTS.map((each) => each.name).join(', ');
    throw new HumanRefusal(
      'no_such_shortcut',
      `There is no shortcut ${shortcut}. There is: ${names}.`,
    );
  }
  for (const channel of channelsOf(ws, person)) {
    const message = messagesOf(ws, channel.id).find((each) => each.ts === messageTs);
    if (message === undefined) continue;
    const answer = await delivery.interaction({
      type: 'message_action',
      callback_id: meant.callbackId,
      ...commonFields(ws, person, undefined),
      action_ts: ws.newTs(),
      message_ts: messageTs,
      channel: { id: channel.id, name: channel.name },
      message: messageForApp(ws, message),
      response_url: newResponseUrl(ws, {
        channel: channel.id,
        user: person.id,
        original: undefined,
        threadTs: message.threadTs,
      }),
    });
    return answer.kind === 'failed'
      ? { delivered: false, error: answer.reason }
      : { delivered: true };
  }
  throw new HumanRefusal('no_such_message', `${person.name} sees no message ${messageTs}.`);
}
