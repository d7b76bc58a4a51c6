// Ids of the installation, read once in the background, as Slack may be unavailable.
import { setTimeout as after } from 'node:timers/promises';
import { toFault } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { type Installation, readInstallation } from '../people/organisation.ts';
import type { Organisation } from '../people/person.ts';
import type { SlackApi } from '../send/clients.ts';

export interface BotIdentity {
  readonly userId: string | undefined;
  readonly organisation: Organisation | undefined;
  /** Resolves once the ids are read; never rejects. */
  readonly found: Promise<Installation>;
}

const maxDelayMs = 30_000;

/** @param signal ends the retries. */
export function findBotIdentity(
  { api, log }: { api: SlackApi; log: Log },
  signal: AbortSignal,
): BotIdentity {
  let known: Installation | undefined;
  const { promise: found, resolve } = Promise.withResolvers<Installation>();
  const search = async (): Promise<void> => {
    for (let delayMs = 500; !signal.aborted; delayMs = Math.min(maxDelayMs, delayMs * 2)) {
      try {
        known = await readInstallation(api, log);
        return resolve(known);
      } catch (error) {
        log.warn({ err: toFault(error) }, 'bot identity unknown');
        await after(delayMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  void search();
  return {
    found,
    get userId() {
      return known?.botUser;
    },
    get organisation() {
      return known?.organisation;
    },
  };
}
