// Permission checks with cached membership of the configured user groups.
import { toFault } from '../../kernel/errors.ts';
import { isFaultCode } from '../send/slack-faults.ts';
import type { Log } from '../../kernel/log.ts';
import type { Who } from '../../engine/journal.ts';
import {
  type Permission,
  type GroupMembership,
  type Verdict,
  authorize,
  mayDecide,
} from './authorize.ts';
import type { People } from './people.ts';
import type { SlackApi } from '../send/clients.ts';

export interface Person {
  readonly user: string;
  readonly channel: string;
}

/** The person in the channel of their request, which need not be the card's. */
export const authorityOf = ({ user, channel, askedIn }: Who): Person => ({
  user,
  channel: askedIn ?? channel,
});

export interface Freshness {
  /** Bypasses the cache. */
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
  readonly people: Pick<People, 'membershipOfUser'>;
  /** The receiver has admitted the person: a run can start while Slack is unavailable. */
  readonly areAdmitted?: boolean;
}

/** Cached for five minutes. */
export function createGroupMembers(api: SlackApi): GroupMembers {
  const kept = new Map<string, { members: ReadonlySet<string>; until: number }>();
  return async (group, { isFresh } = { isFresh: false }) => {
    const known = kept.get(group);
    if (!isFresh && known !== undefined && known.until > performance.now()) return known.members;
    const answer = await api.call(
      'groups',
      'usergroups.users.list',
      { usergroup: group },
      `list the members of the user group ${group} in LLMGW_OPERATORS`,
    );
    const users = Array.isArray(answer['users']) ? answer['users'].map(String) : [];
    const members = new Set(users);
    kept.set(group, { members, until: performance.now() + keptMs });
    return members;
  };
}

export function createPermissions({
  operators,
  api,
  log,
  people,
  areAdmitted = false,
}: PermissionsOptions): Permissions {
  const configured = operators.filter((id) => id.startsWith('S'));
  const membersOf = createGroupMembers(api);
  /** Configured groups that Slack does not know: they have no members, and the other groups still count. */
  const unknown = new Set<string>();
  const membersIn: GroupMembers = async (group, how) => {
    try {
      const members = await membersOf(group, how);
      unknown.delete(group);
      return members;
    } catch (error) {
      // The setup check names it in the log.
      if (!isFaultCode(error, 'group_unknown')) throw error;
      unknown.add(group);
      return new Set();
    }
  };

  const membership = async (
    { user, channel }: Person,
    how?: Freshness,
  ): Promise<GroupMembership> => {
    const isNamed = operators.includes(user);
    const mayCount = isNamed || operators.includes(channel) || configured.length > 0;
    const none = { user, channel: user, groups: new Set<string>() };
    if (!mayCount) return none;
    const counts = await rightsOf(people, user);
    if (counts === 'none') return { ...none, user: '' };
    const isUnchecked = counts === 'unchecked' || (counts === 'unknown' && areAdmitted);
    if ((isUnchecked && !isNamed) || (counts === 'unknown' && !isUnchecked)) {
      return { ...none, groups: undefined, isUnknown: true };
    }
    // A channel or a group may include guests and people of other organisations.
    if (isNamed || counts === 'named') return none;
    if (configured.length === 0) return { user, channel, groups: new Set() };
    try {
      const groups = await Promise.all(
        configured.map(async (id) => ((await membersIn(id, how)).has(user) ? [id] : [])),
      );
      return { user, channel, groups: new Set(groups.flat()), unknownGroups: [...unknown] };
    } catch (error) {
      log.warn({ err: toFault(error) }, 'user group lookup failed');
      return { user, channel, groups: undefined };
    }
  };

  return {
    operators,
    may: async (permission, person, how) => {
      if (permission === 'anyone') return { allowed: true };
      return authorize(permission, operators, await membership(person, how));
    },
    mayDecide: async (starter, person) => mayDecide(starter, operators, await membership(person)),
  };
}

/**
 * Operator rights of a person that count: `all`, `named` (their own id alone), or none.
 * `unchecked`: the delivery names this organization, and Slack has not said whether they are a guest.
 */
async function rightsOf(
  people: Pick<People, 'membershipOfUser'>,
  user: string,
): Promise<'all' | 'named' | 'unchecked' | 'unknown' | 'none'> {
  const membership = await people.membershipOfUser(user);
  if (membership.kind !== 'person') return 'none';
  switch (membership.affiliation) {
    case 'member':
      return 'all';
    case 'guest':
    case 'external':
      return 'named';
    case 'unknown':
      return membership.isOwnByPayload ? 'unchecked' : 'unknown';
  }
}
