// Origins of people: their workspace and Grid, and the fields by which Slack tells an app of them.
import { type Channel, type Person, TEAM } from './state.ts';
import type { Workspace } from './workspace.ts';

export const teamOf = (person: Pick<Person, 'team'> | undefined): string => person?.team ?? TEAM.id;

/** Of another organisation: another workspace, unless both belong to one Grid. */
export function isForeign(ws: Workspace, person: Person | undefined): boolean {
  if (person === undefined || teamOf(person) === TEAM.id) return false;
  return ws.state.enterprise === null || person.enterprise !== ws.state.enterprise;
}

export const enterpriseOf = (ws: Workspace, person: Person): string | null =>
  isForeign(ws, person) ? (person.enterprise ?? null) : ws.state.enterprise;

/** Shared with another organisation through Slack Connect. */
export function isShared(ws: Workspace, channel: Pick<Channel, 'members'> | undefined): boolean {
  return ws.state.people.some(
    (person) => channel?.members.includes(person.id) === true && isForeign(ws, person),
  );
}

/** What a message event tells of an author from elsewhere; nothing of one from the app's own workspace. */
export function originFields(person: Person | undefined): Record<string, unknown> {
  const team = teamOf(person);
  if (person === undefined || team === TEAM.id) return { team: TEAM.id };
  const { name, realName } = person;
  return {
    team,
    user_team: team,
    source_team: team,
    user_profile: { name, real_name: realName, display_name: name, team },
  };
}
