// The bot's own Slack ids for Bolt: no delivery waits for them, as Slack may be away at the start.
import type { AuthorizeResult } from '@slack/bolt';
import type { SlackSetup } from '../setup/slack-setup.ts';

export interface BotIdentity {
  /** What Bolt wants to know with every delivery; answers at once, and never fails. */
  authorize(): Promise<AuthorizeResult>;
  readonly userId: string | undefined;
}

export function botIdentity(
  { identity }: Pick<SlackSetup, 'identity'>,
  token: string,
): BotIdentity {
  return {
    authorize: async () => ({
      botToken: token,
      ...(identity.userId === undefined ? {} : { botUserId: identity.userId }),
      ...(identity.botId === undefined ? {} : { botId: identity.botId }),
    }),
    get userId() {
      return identity.userId;
    },
  };
}
