// Home workspace and Grid of people, and their fields in Slack's payloads.
import { type Channel, type Person, TEAM } from './state.ts';
import type { Workspace } from './workspace.ts';

export const teamOf = (person: Pick<Person, 'team'> | undefined): string => person?.team ?? TEAM.id;

/** True for another organisation: another workspace, unless both belong to one Grid. */
export function isForeign(ws: Workspace, person: Person | undefined): boolean {
  if (person === undefined || teamOf(person) === TEAM.id) return false;
  return ws.state.enterprise === null || person.enterprise !== ws.state.enterprise;
}

export const enterpriseOf = (ws: Workspace, person: Person): string | null =>
  isForeign(ws, person) ? (person.enterprise ?? null) : ws.state.enterprise;

/** True when shared with another organisation through Slack Connect. */
export function isShared(ws: Workspace, channel: Pick<Channel, 'members'> | undefined): boolean {
  return ws.state.people.some(
    (person) => channel?.members.includes(person.id) === true && isForeign(ws, person),
  );
}

/** Event fields of an external author; empty for one from the app's own workspace. */
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
