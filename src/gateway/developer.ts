// Ownership of Apigee developers by Slack user, not by email.
import { guidance, slashCommand } from '../kernel/guidance.ts';
import type { Texts } from '../kernel/texts.ts';
import type { Profile } from '../kernel/profile.ts';
import type { Developer } from '../clients/apigee/schema.ts';
import { type LlmgwError, fail } from '../kernel/errors.ts';
import type { ProvisionEnv } from './env.ts';

/** The Slack user a developer may belong to, and the email that leads to it. */
export type KeyOwner = Pick<Profile, 'user' | 'team' | 'enterprise' | 'email'>;

/** Identity of a developer's owner. */
export interface OwnerParts {
  readonly notifier: { profile(user: string, asker?: string): Promise<Profile> };
  readonly texts: Texts;
  readonly signal: AbortSignal;
}

export const ownerAttribute = 'slack-user';
export const teamAttribute = 'slack-team';

/** `nobody`: created by hand, so an operator assigns it to a person. */
export type Ownership = 'own' | 'nobody' | 'other';

export function ownershipOf(
  { attributes }: Pick<Developer, 'attributes'>,
  { user, team, enterprise }: KeyOwner,
): Ownership {
  const read = (name: string): string =>
    attributes
      .find((one) => one.name === name)
      ?.value.trim()
      .toUpperCase() ?? '';
  const owner = read(ownerAttribute);
  if (owner === '') return 'nobody';
  if (owner !== user.toUpperCase()) return 'other';
  const home = read(teamAttribute);
  // Developers of earlier versions name no team, and user ids are unique only within one.
  const isSameTeam =
    home === '' ||
    (team === undefined && enterprise === undefined) ||
    [team, enterprise].some((id) => id?.toUpperCase() === home);
  return isSameTeam ? 'own' : 'other';
}

/** Attributes that mark a developer as this person's. */
export function ownerMarks({
  user,
  team,
  enterprise,
}: KeyOwner): { name: string; value: string }[] {
  const home = enterprise ?? team;
  return [
    { name: ownerAttribute, value: user },
    ...(home === undefined ? [] : [{ name: teamAttribute, value: home }]),
  ];
}

/** @throws refused/developer_unowned, refused/developer_taken. */
export function assertOwn(developer: Developer, owner: KeyOwner, isOwn = true): void {
  const ownership = ownershipOf(developer, owner);
  if (ownership === 'nobody') throw unowned(owner, isOwn);
  if (ownership === 'other') throw taken(owner, isOwn);
}

function unowned({ email }: KeyOwner, isOwn: boolean): LlmgwError {
  return fail(
    'refused',
    'developer_unowned',
    `The Apigee developer ${email.toLowerCase()} was created manually and has no Slack user`,
    {
      next: isOwn
        ? guidance`Ask an operator to run ${slashCommand('key issue @you')}, which assigns the developer and its keys to you.`
        : guidance`Run ${slashCommand('key issue @them')}, which assigns the developer and its keys to them.`,
    },
  );
}

function taken({ email, user }: KeyOwner, isOwn: boolean): LlmgwError {
  return fail(
    'refused',
    'developer_taken',
    isOwn
      ? 'Your email address matches an Apigee developer of another Slack user'
      : `The Apigee developer ${email.toLowerCase()} belongs to another Slack user`,
    {
      next: isOwn
        ? `Correct the email in your Slack profile, or ask an operator to set the attribute \`${ownerAttribute}\` of that developer in Apigee to \`${user}\`.`
        : `Ask them to correct the email in their Slack profile, or set the attribute \`${ownerAttribute}\` of that developer in Apigee to \`${user}\`, which assigns all its keys to them.`,
    },
  );
}

/** Longer than any key should live, and renewed with each key. */
const keptMs = 3_650 * 86_400_000;

const developerRef = ({ gateway }: ProvisionEnv, user: string): string =>
  `developer-${gateway.apigeeOrg}-${user}`;

/** The person is then known by that email, also when their Slack profile shows another. */
export function rememberDeveloper(
  { texts }: Pick<OwnerParts, 'texts'>,
  env: ProvisionEnv,
  { user, email }: KeyOwner,
): Promise<void> {
  return texts.keep(developerRef(env, user), email.toLowerCase(), keptMs);
}

/**
 * The person's profile, with their developer's email in Apigee.
 * @throws the faults of `profile` and of Apigee.
 */
export async function ownerOf(
  { notifier, texts, signal }: OwnerParts,
  env: ProvisionEnv,
  user: string,
  asker?: string,
): Promise<Profile> {
  const [profile, kept] = await Promise.all([
    notifier.profile(user, asker),
    texts.read(developerRef(env, user)),
  ]);
  if (kept === undefined || kept === profile.email.toLowerCase()) return profile;
  const developer = await env.clients.apigee(env.gateway).getDeveloper(kept, signal);
  const isTheirs = developer !== undefined && ownershipOf(developer, profile) === 'own';
  return isTheirs ? { ...profile, email: kept } : profile;
}
