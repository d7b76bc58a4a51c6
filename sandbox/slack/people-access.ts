// Who a person is and what they can reach: lookups for what people do, refused in words they can act on.
import { HumanRefusal } from './human-refusal.ts';
import type { Channel, Person } from './state.ts';
import { type Workspace, directMessageOf, findChannel, findPerson } from './workspace.ts';

/** @throws HumanRefusal no_such_person */
export function actor(ws: Workspace, idOrName: string): Person {
  const person = findPerson(ws, idOrName);
  if (person !== undefined && !person.isBot) return person;
  const known = ws.state.people.filter((each) => !each.isBot).map((each) => each.name);
  throw new HumanRefusal(
    'no_such_person',
    `Nobody here is called ${idOrName}. People: ${known.join(', ')}.`,
  );
}

/** A channel that the person is in; `@llmgw` is the direct message with the bot. @throws HumanRefusal */
export function place(ws: Workspace, person: Person, idOrName: string): Channel {
  const isBot = findPerson(ws, idOrName)?.isBot === true;
  const channel = isBot ? directMessageOf(ws, person.id) : findChannel(ws, idOrName);
  if (channel !== undefined && channel.members.includes(person.id)) return channel;
  const known = channelsOf(ws, person).map((each) =>
    each.kind === 'im' ? '@llmgw' : `#${each.name}`,
  );
  throw new HumanRefusal(
    'no_such_channel',
    `${person.name} is in no channel ${idOrName}. Channels: ${known.join(', ')}.`,
  );
}

export function channelsOf(ws: Workspace, person: Person): Channel[] {
  return ws.state.channels.filter((each) => each.members.includes(person.id));
}
