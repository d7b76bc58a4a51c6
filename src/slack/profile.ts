// A person's name and email, as their Slack profile shows them to the bot.
import { z } from 'zod';
import type { Profile } from '../../jobs/audience.ts';
import { fail } from '../errors.ts';
import type { SlackApi } from './clients.ts';

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

/** @throws permanent/profile_hidden when the bot is not shown an email. */
export async function readProfile(api: SlackApi, user: string): Promise<Profile> {
  const answer = await api.call('users', 'users.info', { user }, 'read your Slack profile');
  const read = userInfo.safeParse(answer);
  const profile = read.data?.user.profile;
  const email = profile?.email?.trim() ?? '';
  if (email === '') {
    throw fail(
      'permanent',
      'profile_hidden',
      'Slack does not show me your email address, which names you in Apigee',
      {
        next: 'Add an email to your Slack profile; if it is there, a workspace admin must grant the app the scope users:read.email.',
      },
    );
  }
  const full = (profile?.real_name ?? read.data?.user.real_name ?? '').trim().split(/\s+/);
  // Apigee wants both names.
  const fallback = email.split('@')[0] ?? email;
  return {
    user,
    email,
    firstName: orElse(profile?.first_name, orElse(full[0], fallback)),
    lastName: orElse(profile?.last_name, orElse(full.slice(1).join(' '), '-')),
  };
}

function orElse(name: string | undefined, fallback: string): string {
  const trimmed = name?.trim() ?? '';
  return trimmed === '' ? fallback : trimmed;
}
