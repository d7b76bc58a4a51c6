// Retries of calls that Slack answered without accepting them.
import { setTimeout as after } from 'node:timers/promises';
import { toFault } from '../../kernel/errors.ts';

const most = 3;
const firstDelayMs = 200;

/**
 * Tries up to three times while Slack responds with a server error. A call without a response is not repeated: it may
 * have had its effect.
 */
export async function whileAnswered<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const { code, details } = toFault(error);
      const isAnswered = code === 'unavailable' && details?.['answered'] === true;
      if (!isAnswered || tries >= most) throw error;
      await after(firstDelayMs * 2 ** (tries - 1));
    }
  }
}
