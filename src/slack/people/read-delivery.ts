// Author and target of a delivery, read from its payload.
import { z } from 'zod';
import type { Author, Organisation } from './person.ts';

export type DeliveryKind = 'command' | 'event' | 'interaction';

export interface Delivery {
  readonly kind: DeliveryKind;
  readonly author: Author;
  /** The addressed app and workspace, if the payload names them. */
  readonly target: {
    readonly app: string | undefined;
    readonly team: string | undefined;
    readonly enterprise: string | undefined;
  };
}

/** The one program whose `users.info` does not say that it is a bot. */
const slackbot = 'USLACKBOT';

const id = z.string().min(1).nullish().catch(undefined);
const team = z
  .union([z.string().transform((one) => ({ id: one })), z.looseObject({ id })])
  .nullish()
  .catch(undefined);
const present = z
  .unknown()
  .optional()
  .transform((value) => value !== undefined && value !== null);

const commandBody = z.object({
  api_app_id: id,
  team_id: id,
  enterprise_id: id,
  user_id: id,
  bot_id: present,
});

const eventBody = z.object({
  api_app_id: id,
  team_id: id,
  enterprise_id: id,
  authorizations: z
    .array(z.object({ team_id: id, enterprise_id: id }))
    .nullish()
    .catch(undefined),
  event: z.unknown().optional(),
});

/** A message event, or the message inside a `message_changed`. */
const authored = z.looseObject({
  user: id,
  team: id,
  user_team: id,
  source_team: id,
  user_profile: z.looseObject({ team: id }).nullish().catch(undefined),
  bot_id: present,
  app_id: present,
  bot_profile: present,
  workflow_id: present,
  subtype: id,
});

const interactionBody = z.object({
  api_app_id: id,
  team,
  enterprise: team,
  user: z
    .looseObject({ id, team_id: id, enterprise_id: id, is_bot: z.boolean().nullish() })
    .nullish()
    .catch(undefined),
  view: z.looseObject({ app_installed_team_id: id }).nullish().catch(undefined),
  bot_id: present,
});

/** Never throws: missing fields are omitted. */
export function readDelivery(body: object): Delivery {
  if ('command' in body) return readCommand(body);
  if ('type' in body && body.type === 'event_callback') return readEvent(body);
  return readInteraction(body);
}

function readCommand(body: object): Delivery {
  const given = commandBody.parse(body);
  return {
    kind: 'command',
    author: {
      isProgram: given.bot_id || given.user_id === slackbot,
      user: given.user_id ?? undefined,
      homes: homesOf(ids(given.team_id, given.enterprise_id)),
    },
    // The workspace of a command is its author's own, which may be another than the app's.
    target: { app: given.api_app_id ?? undefined, team: undefined, enterprise: undefined },
  };
}

function readEvent(body: object): Delivery {
  const given = eventBody.parse(body);
  const [authorization] = given.authorizations ?? [];
  return {
    kind: 'event',
    author: readAuthor(given.event),
    target: {
      app: given.api_app_id ?? undefined,
      // In a shared channel the outer id can be the author's; the authorization names the installation.
      team: authorization?.team_id ?? given.team_id ?? undefined,
      enterprise: authorization?.enterprise_id ?? given.enterprise_id ?? undefined,
    },
  };
}

/** @param event a message, or any event that names a `user`. */
export function readAuthor(event: unknown): Author {
  const read = authored.safeParse(event);
  if (!read.success) return { isProgram: false, user: undefined, homes: [] };
  const { user, team: own, user_team, source_team, user_profile, subtype, ...signs } = read.data;
  const home = ids(user_team, source_team, user_profile?.team);
  return {
    isProgram:
      user === slackbot ||
      signs.bot_id ||
      signs.app_id ||
      signs.bot_profile ||
      signs.workflow_id ||
      subtype === 'bot_message',
    user: user ?? undefined,
    // `team` can be the channel's; it counts only if no field describes the author.
    homes: (home.length > 0 ? home : ids(own)).map((one) => [one]),
  };
}

function readInteraction(body: object): Delivery {
  const { api_app_id: app, team: at, enterprise, user, view, bot_id } = interactionBody.parse(body);
  const home = user?.team_id ?? undefined;
  const installed = view?.app_installed_team_id ?? at?.id ?? undefined;
  // The Grid is that of the payload's workspace, which need not be the author's.
  const grid = home === undefined || home === at?.id ? enterprise?.id : undefined;
  return {
    kind: 'interaction',
    author: {
      isProgram: bot_id || user?.is_bot === true,
      user: user?.id ?? undefined,
      homes: homesOf(ids(home ?? at?.id, user?.enterprise_id ?? grid)),
    },
    target: {
      app: app ?? undefined,
      team: installed === home ? undefined : installed,
      enterprise: enterprise?.id ?? undefined,
    },
  };
}

/** An app or workspace other than this installation's. */
export function isForOther({ target }: Delivery, organisation: Organisation | undefined): boolean {
  if (organisation === undefined) return false;
  const { app, team: to, enterprise } = target;
  if (app !== undefined && organisation.app !== undefined && app !== organisation.app) return true;
  const own = [organisation.team, organisation.enterprise];
  const isOwnGrid = enterprise !== undefined && enterprise === organisation.enterprise;
  return to !== undefined && !own.includes(to) && !isOwnGrid;
}

const ids = (...given: readonly (string | null | undefined)[]): string[] => [
  ...new Set(given.filter((one) => typeof one === 'string')),
];

/** A workspace and its Grid count as the same place. */
const homesOf = (home: readonly string[]): readonly (readonly string[])[] =>
  home.length === 0 ? [] : [home];
