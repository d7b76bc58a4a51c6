// Slack's own channel commands: /archive, /invite and /remove.
import { HumanRefusal } from './human-refusal.ts';
import { type Channel, type Person, SLACKBOT } from './state.ts';
import { type Workspace, addEphemeral, findPerson } from './workspace.ts';

type BuiltIn = (ws: Workspace, channel: Channel, argument: string) => string;

const builtIns: Readonly<Record<string, BuiltIn>> = {
  '/archive': (_ws, channel) => {
    archive(channel, true);
    return `#${channel.name} is archived.`;
  },
  '/invite': (ws, channel, argument) => {
    const { id, name } = named(ws, argument);
    setMember(channel, id, true);
    return `@${name} is in #${channel.name} now.`;
  },
  '/remove': (ws, channel, argument) => {
    const { id, name } = named(ws, argument);
    setMember(channel, id, false);
    return `@${name} was removed from #${channel.name}.`;
  },
};

/** Runs one of Slack's own commands. @returns false for any other command. @throws HumanRefusal */
export function runBuiltIn(
  ws: Workspace,
  by: { readonly person: Person; readonly channel: Channel },
  command: string,
  argument: string,
): boolean {
  const builtIn = Object.hasOwn(builtIns, command) ? builtIns[command] : undefined;
  if (builtIn === undefined || by.channel.kind !== 'channel') return false;
  const text = builtIn(ws, by.channel, argument.trim());
  addEphemeral(ws, { channel: by.channel.id, to: by.person.id, from: SLACKBOT, text });
  ws.changed();
  return true;
}

export function setMember(channel: Channel, person: string, isMember: boolean): void {
  channel.members = channel.members.filter((each) => each !== person);
  if (isMember) channel.members.push(person);
}

/** @throws HumanRefusal for a direct message */
export function archive(channel: Channel, isArchived: boolean): void {
  if (channel.kind !== 'channel') {
    throw new HumanRefusal('not_a_channel', 'Direct messages cannot be archived.');
  }
  channel.isArchived = isArchived;
}

/** An archived channel is read-only. @throws HumanRefusal is_archived */
export function needOpen(channel: Channel): void {
  if (channel.isArchived !== true) return;
  throw new HumanRefusal('is_archived', `#${channel.name} is archived: nobody can write in it.`);
}

function named(ws: Workspace, argument: string): Person {
  const person = findPerson(ws, argument);
  if (person !== undefined) return person;
  throw new HumanRefusal('no_such_person', `Nobody here is called ${argument}.`);
}
