// Workspace and membership of a person, from `users.info`.
import { z } from 'zod';
import type { SlackApi } from '../send/clients.ts';
import type { UserInfo } from './person.ts';

const flag = z.boolean().optional().catch(undefined);
const id = z.string().min(1).optional().catch(undefined);

export const userAnswer = z.object({
  user: z.looseObject({
    team_id: id,
    enterprise_user: z.looseObject({ enterprise_id: id }).optional().catch(undefined),
    is_stranger: flag,
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_bot: flag,
    is_workflow_bot: flag,
    deleted: flag,
    profile: z.looseObject({ team: id, api_app_id: id }).optional().catch(undefined),
  }),
});

const kept = z.object({
  user: z.object({
    ...userAnswer.shape.user.shape,
    name: id,
    real_name: id,
    profile: z
      .object({ team: id, email: id, first_name: id, last_name: id, real_name: id })
      .optional(),
  }),
});

/** The used fields. */
export const storableAnswer = (answer: object): object => kept.safeParse(answer).data ?? {};

/** @returns undefined for an answer of another form. */
export function readUserInfo(answer: unknown): UserInfo | undefined {
  const user = userAnswer.safeParse(answer).data?.user;
  if (user === undefined) return undefined;
  return {
    team: user.team_id ?? user.profile?.team,
    enterprise: user.enterprise_user?.enterprise_id,
    isStranger: user.is_stranger === true,
    isRestricted: user.is_restricted === true,
    isUltraRestricted: user.is_ultra_restricted === true,
    isProgram: user.is_bot === true || user.is_workflow_bot === true,
    isDeactivated: user.deleted === true,
  };
}

/** @throws the faults of slack-faults.ts. */
export const askUserInfo = (api: SlackApi, user: string): Promise<Record<string, unknown>> =>
  api.call('users', 'users.info', { user }, 'read the Slack profile');
