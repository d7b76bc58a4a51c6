// People and channel lookups for people's actions, with readable errors.
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

/** A channel of the person; a bot's name is the direct message with it. @throws HumanRefusal */
export function place(ws: Workspace, person: Person, idOrName: string): Channel {
  const named = findPerson(ws, idOrName);
  const channel =
    named?.isBot === true ? directMessageOf(ws, person.id, named.id) : findChannel(ws, idOrName);
  if (channel !== undefined && channel.members.includes(person.id)) return channel;
  const known = channelsOf(ws, person).map((each) =>
    each.kind === 'im' ? `@${botIn(ws, each)?.name ?? ''}` : `#${each.name}`,
  );
  throw new HumanRefusal(
    'no_such_channel',
    `${person.name} is in no channel ${idOrName}. Channels: ${known.join(', ')}.`,
  );
}

/** The bot of a direct message. */
export function botIn(ws: Workspace, channel: Channel): Person | undefined {
  return ws.state.people.find(({ id, isBot }) => isBot && channel.members.includes(id));
}

export function channelsOf(ws: Workspace, person: Person): Channel[] {
  return ws.state.channels.filter((each) => each.members.includes(person.id));
}
