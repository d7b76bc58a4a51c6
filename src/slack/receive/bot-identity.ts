// The bot's own Slack id, found once in the background: no delivery ever waits for it, and Slack may be away at the start.
import type { AuthorizeResult } from '@slack/bolt';
import { setTimeout as after } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import type { SlackApi } from '../send/clients.ts';

export interface BotIdentity {
  /** What Bolt wants to know with every delivery; answers at once, and never fails. */
  authorize(): Promise<AuthorizeResult>;
  readonly userId: string | undefined;
}

const maxDelayMs = 30_000;

/** @param signal ends the search. */
export function findBotIdentity(
  { api, token, log }: { api: SlackApi; token: string; log: Log },
  signal: AbortSignal,
): BotIdentity {
  const found: { userId?: string; botId?: string } = {};
  const search = async (): Promise<void> => {
    for (let delayMs = 500; !signal.aborted; delayMs = Math.min(maxDelayMs, delayMs * 2)) {
      try {
        const { user_id: userId, bot_id: botId } = await api.call(
          'identity',
          'auth.test',
          {},
          'learn who I am',
        );
        if (typeof userId === 'string') found.userId = userId;
        if (typeof botId === 'string') found.botId = botId;
        return;
      } catch (error) {
        log.warn({ error: String(error) }, 'Slack does not say who I am yet');
        await after(delayMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  void search();
  return {
    authorize: async () => ({
      botToken: token,
      ...(found.userId === undefined ? {} : { botUserId: found.userId }),
      ...(found.botId === undefined ? {} : { botId: found.botId }),
    }),
    get userId() {
      return found.userId;
    },
  };
}
