// Edits and deletions of people's own messages.
import { HumanRefusal } from './human-refusal.ts';
import { actor, channelsOf } from './people-access.ts';
import type { Message } from './state.ts';
import { asSlackSends } from './typed-text.ts';
import { type Workspace, deleteMessage, editMessage, messagesOf } from './workspace.ts';

export interface Correction {
  readonly as: string;
  readonly ts: string;
  readonly text: string;
}

/** @throws HumanRefusal for another person's message */
export function correctMessage(ws: Workspace, { as, ts, text }: Correction): Message {
  const message = ownMessage(ws, as, ts);
  const sent = asSlackSends(ws, text.trim(), 'ids');
  if (sent === '') throw new HumanRefusal('no_text', 'There is nothing to send.');
  editMessage(ws, message, (each) => void (each.text = sent));
  return message;
}

/** @throws HumanRefusal for another person's message */
export function withdrawMessage(ws: Workspace, { as, ts }: Omit<Correction, 'text'>): void {
  deleteMessage(ws, ownMessage(ws, as, ts));
}

function ownMessage(ws: Workspace, as: string, ts: string): Message {
  const person = actor(ws, as);
  const found = channelsOf(ws, person)
    .flatMap((channel) => messagesOf(ws, channel.id))
    .find((each) => each.ts === ts && each.user === person.id && each.program === undefined);
  if (found !== undefined) return found;
  throw new HumanRefusal('cant_update_message', `${person.name} has written no message ${ts}.`);
}
