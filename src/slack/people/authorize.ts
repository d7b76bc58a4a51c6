// Authorization rules. Pure: callers look up the person's groups.
import {
  type Mrkdwn,
  mrkdwn,
  mention,
  channelLink,
  code,
  joined,
  nothing,
} from '../messages/mrkdwn.ts';

export type Permission = 'anyone' | 'operator';

export interface GroupMembership {
  readonly user: string;
  readonly channel: string;
  /** Configured user groups of the person; undefined when Slack did not list them. */
  readonly groups: ReadonlySet<string> | undefined;
  /** Configured user groups that Slack does not know. */
  readonly unknownGroups?: readonly string[];
  /** Slack did not identify the person, so none of their rights count. */
  readonly isUnknown?: true;
}

export type Verdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly sentence: Mrkdwn;
      /** Slack did not identify the person, or list a user group. */
      readonly isUnknown?: true;
    };

/** @param operators Slack ids: users (U…, W…), user groups (S…) or channels (C…, G…). */
export function authorize(
  permission: Permission,
  operators: readonly string[],
  membership: GroupMembership,
): Verdict {
  if (permission === 'anyone' || isOperator(operators, membership)) return { allowed: true };
  if (membership.isUnknown === true) {
    return { allowed: false, sentence: unknownPerson, isUnknown: true };
  }
  const unsure = membership.groups === undefined && operators.some((id) => id.startsWith('S'));
  if (unsure) {
    const sentence = mrkdwn`Slack can't list the operators' user group right now. Try again in a minute.`;
    return { allowed: false, sentence, isUnknown: true };
  }
  const known = operators.filter((id) => membership.unknownGroups?.includes(id) !== true);
  return {
    allowed: false,
    sentence: mrkdwn`Only operators can do this${known.length === 0 ? nothing : mrkdwn`: ${describeOperators(known)}`}.${unknownGroupsText(membership)}`,
  };
}

function unknownGroupsText({ unknownGroups = [] }: GroupMembership): Mrkdwn {
  if (unknownGroups.length === 0) return nothing;
  const groups = joined(
    unknownGroups.map((id) => code(id)),
    ', ',
  );
  return mrkdwn` Slack doesn't know the operators' user group ${groups}. *Next:* ask the person who runs the bot to correct LLMGW_OPERATORS.`;
}

const unknownPerson = mrkdwn`Slack can't confirm right now that this person belongs to this organization. Try again in a minute.`;

export function isOperator(operators: readonly string[], membership: GroupMembership): boolean {
  if (membership.isUnknown === true) return false;
  return operators.some(
    (id) =>
      id === membership.user || id === membership.channel || membership.groups?.has(id) === true,
  );
}

/** Whether the person can cancel or retry a run: its starter and operators can. */
export function mayDecide(
  starter: string,
  operators: readonly string[],
  membership: GroupMembership,
): Verdict {
  if (starter === membership.user) return { allowed: true };
  const verdict = authorize('operator', operators, membership);
  return verdict.allowed
    ? verdict
    : {
        allowed: false,
        sentence: mrkdwn`Only ${mention(starter)}, who started this run, and operators can do this: ${describeOperators(operators)}.`,
      };
}

/** A user group is not mentioned by id, as that would notify all its members. */
export function describeOperators(operators: readonly string[]): Mrkdwn {
  const users = operators.filter((id) => /^[UW]/.test(id)).map((id) => mention(id));
  const channels = operators
    .filter((id) => /^[CG]/.test(id))
    .map((id) => mrkdwn`anyone in ${channelLink(id)}`);
  const groups = operators.some((id) => id.startsWith('S'))
    ? [mrkdwn`members of the operators' user group`]
    : [];
  return joined([...users, ...groups, ...channels], ', ');
}
