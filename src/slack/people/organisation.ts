// App installation: workspace, Grid, app id and bot user, read from Slack.
import { toFault } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { SlackApi } from '../send/clients.ts';
import type { Organisation } from './person.ts';
import { askUserInfo, userAnswer } from './user-info.ts';

export interface Installation {
  readonly organisation: Organisation | undefined;
  readonly botUser: string | undefined;
}

/** @throws the faults of slack-faults.ts. */
export async function readInstallation(api: SlackApi, log: Log): Promise<Installation> {
  const answer = await api.call('identity', 'auth.test', {}, 'read the app installation');
  const text = (name: string): string | undefined => {
    const value = answer[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [team, botUser] = [text('team_id'), text('user_id')];
  const app = botUser === undefined ? undefined : await readAppId(api, botUser, log);
  return {
    organisation: team === undefined ? undefined : { team, enterprise: text('enterprise_id'), app },
    botUser,
  };
}

/** `auth.test` does not name the app; its bot user's profile does. */
async function readAppId(api: SlackApi, botUser: string, log: Log): Promise<string | undefined> {
  try {
    return userAnswer.safeParse(await askUserInfo(api, botUser)).data?.user.profile?.api_app_id;
  } catch (error) {
    log.warn({ err: toFault(error) }, 'app id unknown');
    return undefined;
  }
}

/** The organization, read once; after a failure the next caller reads it again. */
export function createOrganisationLookup(
  api: SlackApi,
  log: Log,
): () => Promise<Organisation | undefined> {
  let known: Promise<Organisation | undefined> | undefined;
  return () => {
    known ??= readInstallation(api, log).then(
      ({ organisation }) => organisation,
      (error: unknown) => {
        known = undefined;
        throw error;
      },
    );
    return known;
  };
}
