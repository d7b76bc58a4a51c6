// Looks up what authorisation needs to know: which configured user groups a person belongs to, kept for some minutes.
import type { Log } from '../log.ts';
import type { Who } from '../runbook/journal.ts';
import { type Permission, type Standing, type Verdict, authorize, mayDecide } from './authorize.ts';
import type { SlackApi } from './send/clients.ts';

export interface Person {
  readonly user: string;
  readonly channel: string;
}

/** The person in the channel in which they asked, which need not be the card's. */
export const authorityOf = ({ user, channel, askedIn }: Who): Person => ({
  user,
  channel: askedIn ?? channel,
});

export interface Freshness {
  /** Slack is asked now, whatever it has said some minutes ago. */
  readonly isFresh: boolean;
}

/** Of a user group, by its id. */
export type GroupMembers = (group: string, how?: Freshness) => Promise<ReadonlySet<string>>;

export interface Permissions {
  /** Slack ids, as configured. */
  readonly operators: readonly string[];
  may(permission: Permission, person: Person, how?: Freshness): Promise<Verdict>;
  /** Over a run: its starter and operators. */
  mayDecide(starter: string, person: Person): Promise<Verdict>;
}

const keptMs = 300_000;

export interface PermissionsOptions {
  readonly operators: readonly string[];
  readonly api: SlackApi;
  readonly log: Log;
}

/** Asks Slack once in some minutes. */
export function createGroupMembers(api: SlackApi): GroupMembers {
  const kept = new Map<string, { members: ReadonlySet<string>; until: number }>();
  return async (group, { isFresh } = { isFresh: false }) => {
    const known = kept.get(group);
    if (!isFresh && known !== undefined && known.until > performance.now()) return known.members;
    const answer = await api.call(
      'groups',
      'usergroups.users.list',
      { usergroup: group },
      'list the members of the operators’ user group',
    );
    const users = Array.isArray(answer['users']) ? answer['users'].map(String) : [];
    const members = new Set(users);
    kept.set(group, { members, until: performance.now() + keptMs });
    return members;
  };
}

export function createPermissions({ operators, api, log }: PermissionsOptions): Permissions {
  const configured = operators.filter((id) => id.startsWith('S'));
  const membersOf = createGroupMembers(api);

  const standing = async ({ user, channel }: Person, how?: Freshness): Promise<Standing> => {
    // No look-up where the person is an operator anyway, or where no group is configured.
    const isSettled = configured.length === 0 || operators.includes(user);
    if (isSettled) return { user, channel, groups: new Set() };
    try {
      const groups = await Promise.all(
        configured.map(async (id) => ((await membersOf(id, how)).has(user) ? [id] : [])),
      );
      return { user, channel, groups: new Set(groups.flat()) };
    } catch (error) {
      log.warn({ error: String(error) }, 'user groups could not be read');
      return { user, channel, groups: undefined };
    }
  };

  return {
    operators,
    may: async (permission, person, how) => {
      if (permission === 'anyone') return { allowed: true };
      return authorize(permission, operators, await standing(person, how));
    },
    mayDecide: async (starter, person) => mayDecide(starter, operators, await standing(person)),
  };
}
