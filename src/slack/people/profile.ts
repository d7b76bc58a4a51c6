// A person's name and email, as their Slack profile shows them to the bot.
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
 * @throws permanent/profile_hidden when the bot is not shown an email, refused/unknown_person, refused/not_a_member,
 * transient/member_unknown; in words for `asker`.
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
  // Keys go to people of whom Slack has told where they belong, and to nobody else.
  if (membership.affiliation === 'unknown') throw unknownMember();
  const read = userInfo.safeParse(answer);
  const profile = read.data?.user.profile;
  const email = profile?.email?.trim() ?? '';
  if (email === '') throw hidden(user === asker);
  const full = (profile?.real_name ?? read.data?.user.real_name ?? '').trim().split(/\s+/);
  // Apigee wants both names.
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

/** Slack tells a hundred profiles a minute: what the receiver has just asked is not asked again. */
async function readUser({ api, memory }: ProfileParts, user: string): Promise<object> {
  const kept = await memory.user(user).catch(() => undefined);
  const email = userInfo.safeParse(kept).data?.user.profile.email ?? '';
  // Whoever was told to show an email tries again at once.
  return kept === undefined || email === '' ? askUserInfo(api, user) : kept;
}

function hidden(isOwn: boolean) {
  const [whose, whom] = isOwn ? ['your', 'you'] : ['their', 'them'];
  return fail(
    'permanent',
    'profile_hidden',
    `Slack does not show me ${whose} email address, which names ${whom} in Apigee: it is hidden or missing in ${whose} profile`,
    {
      next: `${isOwn ? 'Add an email to your Slack profile' : 'Ask them to add an email to their Slack profile'}; if it is there, a workspace admin must let apps see it, and grant this one the scope users:read.email.`,
    },
  );
}

function unknownPerson() {
  return fail('refused', 'unknown_person', 'Nobody of this workspace has that name', {
    next: 'Pick the person from the list that Slack offers while you type the @.',
  });
}

function orElse(name: string | undefined, fallback: string): string {
  const trimmed = name?.trim() ?? '';
  return trimmed === '' ? fallback : trimmed;
}
