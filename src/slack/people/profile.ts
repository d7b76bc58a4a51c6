// Name and email from a person's Slack profile.
import type { Profile } from '../../kernel/profile.ts';
import { z } from 'zod';
import { fail, toFault } from '../../kernel/errors.ts';
import { type Organisation, type PeoplePolicy, membershipOf } from './person.ts';
import { notAMember, unknownMember } from './refused-person.ts';
import { askUserInfo, readUserInfo } from './user-info.ts';
import type { SlackMemory } from '../send/slack-memory.ts';
import type { SlackApi } from '../send/clients.ts';

const userInfo = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z.object({
      email: z.string().optional(),
      first_name: z.string().optional(),
      last_name: z.string().optional(),
      real_name: z.string().optional(),
    }),
  }),
});

export interface ProfileParts {
  readonly api: SlackApi;
  readonly organisation: () => Promise<Organisation | undefined>;
  readonly policy: PeoplePolicy;
  readonly memory: Pick<SlackMemory, 'user'>;
}

/**
 * @throws permanent/profile_hidden without a visible email, refused/unknown_person, refused/not_a_member,
 * transient/member_unknown; worded for `asker`.
 */
export async function readProfile(
  parts: ProfileParts,
  user: string,
  asker = user,
): Promise<Profile> {
  const [answer, organisation] = await Promise.all([
    readUser(parts, user).catch((error: unknown) => {
      const { details } = toFault(error);
      throw details?.['slack'] === 'user_not_found' ? unknownPerson() : error;
    }),
    parts.organisation(),
  ]);
  const info = readUserInfo(answer);
  const membership = membershipOf({ info, organisation }, parts.policy);
  if (membership.kind === 'program' || info?.isDeactivated === true) throw unknownPerson();
  if (membership.kind === 'refused') throw notAMember(membership.reason, user === asker);
  // Only people with a confirmed membership get keys.
  if (membership.affiliation === 'unknown') throw unknownMember();
  const read = userInfo.safeParse(answer);
  const profile = read.data?.user.profile;
  const email = profile?.email?.trim() ?? '';
  if (email === '') throw hidden(user === asker);
  const full = (profile?.real_name ?? read.data?.user.real_name ?? '').trim().split(/\s+/);
  // Apigee requires both names.
  const fallback = email.split('@')[0] ?? email;
  return {
    user,
    team: info?.team,
    enterprise: info?.enterprise,
    email,
    firstName: orElse(profile?.first_name, orElse(full[0], fallback)),
    lastName: orElse(profile?.last_name, orElse(full.slice(1).join(' '), '-')),
  };
}

/** Slack allows a hundred profiles a minute: the receiver's recent answer is reused. */
async function readUser({ api, memory }: ProfileParts, user: string): Promise<object> {
  const kept = await memory.user(user).catch(() => undefined);
  const email = userInfo.safeParse(kept).data?.user.profile.email ?? '';
  // A person who was asked to add an email can retry at once.
  return kept === undefined || email === '' ? askUserInfo(api, user) : kept;
}

function hidden(isOwn: boolean) {
  return fail(
    'permanent',
    'profile_hidden',
    `Slack doesn't share ${isOwn ? 'your' : 'their'} email address, which identifies the developer in Apigee`,
    {
      next: `${isOwn ? 'Add an email address to your Slack profile' : 'Ask them to add an email address to their Slack profile'}. If it is there, ask a workspace admin to show it to apps and to grant this app the scope users:read.email.`,
    },
  );
}

function unknownPerson() {
  return fail('refused', 'unknown_person', 'No such person in this workspace', {
    next: 'Pick the person from the list that Slack shows when you type @.',
  });
}

function orElse(name: string | undefined, fallback: string): string {
  const trimmed = name?.trim() ?? '';
  return trimmed === '' ? fallback : trimmed;
}
