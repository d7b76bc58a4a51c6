// Membership rules: members, guests, outsiders and programs. Pure.

/** This app's installation: the workspace, the Enterprise Grid it belongs to, and the app itself. */
export interface Organisation {
  readonly team: string;
  readonly enterprise?: string | undefined;
  readonly app?: string | undefined;
}

/** Author of a delivery, from its payload. */
export interface Author {
  /** A bot, an app or a workflow, also one that posts under a person's id. */
  readonly isProgram: boolean;
  /** Slack id; undefined if the payload names nobody. */
  readonly user: string | undefined;
  /** Every origin in the payload: ids of a workspace (T…), of its Grid (E…), or both. */
  readonly homes: readonly (readonly string[])[];
}

/** User in the format of `users.info`. */
export interface UserInfo {
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
  /** Of another organisation, and in no channel that this app sees. */
  readonly isStranger: boolean;
  /** A guest of several channels. */
  readonly isRestricted: boolean;
  /** A guest of one channel. */
  readonly isUltraRestricted: boolean;
  readonly isProgram: boolean;
  readonly isDeactivated: boolean;
}

export interface PeoplePolicy {
  /** People of other organisations, through Slack Connect. */
  readonly allowsExternal: boolean;
  /** Guests of several channels; those of one channel are always refused. */
  readonly refusesGuests: boolean;
}

export const defaultPolicy: PeoplePolicy = { allowsExternal: false, refusesGuests: false };

/** `unknown`: no response from Slack yet. Operator rights by channel or group, and keys, require more. */
export type Affiliation = 'member' | 'guest' | 'external' | 'unknown';

export type RefusalReason =
  'external' | 'stranger' | 'guest' | 'single_channel_guest' | 'deactivated';

export type Membership =
  | { readonly kind: 'person'; readonly affiliation: Affiliation }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  /** Bots, apps and workflows: never answered. */
  | { readonly kind: 'program' };

export interface PersonFacts {
  /** Absent if a person is looked up by id alone. */
  readonly author?: Author | undefined;
  /** Absent without an answer from Slack. */
  readonly info?: UserInfo | undefined;
  /** Absent until Slack has named this workspace. */
  readonly organisation?: Organisation | undefined;
}

/** The one rule for every surface: a restriction in the payload or in `users.info` counts. */
export function membershipOf(facts: PersonFacts, policy: PeoplePolicy): Membership {
  const { author, info } = facts;
  if (author?.isProgram === true || info?.isProgram === true) return { kind: 'program' };
  if (info?.isDeactivated === true) return { kind: 'refused', reason: 'deactivated' };
  if (info?.isStranger === true) return { kind: 'refused', reason: 'stranger' };
  const origin = originOf(facts);
  if (origin === 'external' && !policy.allowsExternal) {
    return { kind: 'refused', reason: 'external' };
  }
  if (info?.isUltraRestricted === true) return { kind: 'refused', reason: 'single_channel_guest' };
  if (info?.isRestricted === true && policy.refusesGuests) {
    return { kind: 'refused', reason: 'guest' };
  }
  if (origin === 'external') return { kind: 'person', affiliation: 'external' };
  // The payload does not mark guests.
  if (info === undefined) return { kind: 'person', affiliation: 'unknown' };
  return { kind: 'person', affiliation: info.isRestricted ? 'guest' : origin };
}

/** Whether the payload alone places its author in this organization; guests are in it too. */
export function isOwnByPayload({ author, organisation }: PersonFacts): boolean {
  const homes = author?.homes ?? [];
  return organisation !== undefined && homes.length > 0 && homes.every(isOwn(organisation));
}

function originOf({ author, info, organisation }: PersonFacts): 'member' | 'external' | 'unknown' {
  if (organisation === undefined) return 'unknown';
  const homes = author?.homes ?? [];
  const foreign = homes.filter((home) => !isOwn(organisation)(home));
  const named = [info?.team, info?.enterprise].filter((id) => id !== undefined);
  if (foreign.length > 0) {
    const { enterprise } = organisation;
    // A workspace of the same Grid has its own id: only `users.info` names its Grid.
    const namesGrid = foreign.flat().some((id) => !id.startsWith('T'));
    if (enterprise === undefined || namesGrid) return 'external';
    if (info === undefined) return 'unknown';
    return info.enterprise === enterprise ? 'member' : 'external';
  }
  if (named.length > 0) return isOwn(organisation)(named) ? 'member' : 'external';
  return homes.length > 0 ? 'member' : 'unknown';
}

const isOwn =
  ({ team, enterprise }: Organisation) =>
  (home: readonly string[]): boolean =>
    home.some((id) => id === team || id === enterprise);
