// Slack's published rules for app manifests, version 2.
// https://github.com/slackapi/manifest-schema (schemas/manifest.schema.2.0.0.json, commit c50cfa8, 2026-07-21);
// scopes of events: https://docs.slack.dev/reference/events; optional scopes:
// https://docs.slack.dev/changelog/2026/03/16/optional-scopes
import { z } from 'zod';

const text = (most: number, least = 1) => z.string().min(least).max(most);
const url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^https?:\/\//);
const scopes = z.array(z.string().max(50)).max(255).default([]);
const events = z
  .array(z.string().max(50))
  .max(100)
  .refine((all) => new Set(all).size === all.length, 'names an event twice');
const namedTexts = z.array(z.strictObject({ title: z.string(), message: z.string() }));

const features = z.strictObject({
  app_home: z
    .strictObject({
      home_tab_enabled: z.boolean().default(false),
      messages_tab_enabled: z.boolean().optional(),
      messages_tab_read_only_enabled: z.boolean().optional(),
    })
    .optional(),
  bot_user: z
    .strictObject({ display_name: text(80), always_online: z.boolean().optional() })
    .optional(),
  agent_view: z
    .strictObject({
      agent_description: z.string().max(300).optional(),
      suggested_prompts: namedTexts.max(4).optional(),
      actions: z.array(z.strictObject({ name: z.string(), description: z.string() })).optional(),
    })
    .optional(),
  assistant_view: z
    .strictObject({
      assistant_description: z.string().max(300),
      suggested_prompts: namedTexts.max(4).optional(),
    })
    .optional(),
  slash_commands: z
    .array(
      z.strictObject({
        command: text(32, 2).startsWith('/'),
        url: url(3_000).optional(),
        description: text(2_000),
        usage_hint: text(1_000).optional(),
        should_escape: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(50)
    .optional(),
  shortcuts: z
    .array(
      z.strictObject({
        name: text(24),
        type: z.enum(['message', 'global']),
        callback_id: text(255),
        description: text(150),
      }),
    )
    .min(1)
    .max(10)
    .optional(),
  unfurl_domains: z.array(z.string().max(255)).min(1).max(5).optional(),
});

const settings = z.strictObject({
  allowed_ip_address_ranges: z.array(z.string()).min(1).max(50).optional(),
  event_subscriptions: z
    .strictObject({
      request_url: url(3_500).optional(),
      bot_events: events.optional(),
      user_events: events.optional(),
    })
    .optional(),
  interactivity: z
    .strictObject({
      is_enabled: z.boolean(),
      request_url: url(3_500).optional(),
      message_menu_options_url: url(3_500).optional(),
    })
    .optional(),
  org_deploy_enabled: z.boolean().optional(),
  socket_mode_enabled: z.boolean().optional(),
  token_rotation_enabled: z.boolean().optional(),
  is_hosted: z.boolean().optional(),
  is_mcp_enabled: z.boolean().optional(),
});

export const manifestSchema = z
  .strictObject({
    $schema: z.string().optional(),
    _metadata: z
      .strictObject({ major_version: z.int().optional(), minor_version: z.int().optional() })
      .optional(),
    display_information: z.strictObject({
      name: text(35),
      description: text(140).optional(),
      long_description: text(4_000, 175).optional(),
      background_color: text(7, 4).optional(),
    }),
    features: features.default({}),
    oauth_config: z
      .strictObject({
        redirect_urls: z.array(z.string().max(2_500)).max(1_000).optional(),
        scopes: z.strictObject({
          bot: scopes,
          user: scopes,
          bot_optional: scopes,
          user_optional: scopes,
        }),
      })
      .default({ scopes: { bot: [], user: [], bot_optional: [], user_optional: [] } }),
    settings: settings.default({}),
  })
  .superRefine((manifest, context) => {
    for (const message of [...scopeProblems(manifest), ...addressProblems(manifest)]) {
      context.addIssue({ code: 'custom', message });
    }
  });

type Manifest = z.infer<typeof manifestSchema>;

/** Bot scopes that Slack requires for each event. */
const scopesOfEvents: Readonly<Record<string, readonly string[]>> = {
  agent_session_stopped: ['assistant:write'],
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  app_uninstalled: [],
  assistant_thread_context_changed: ['assistant:write'],
  assistant_thread_started: ['assistant:write'],
  channel_archive: ['channels:read'],
  channel_left: ['channels:read'],
  channel_rename: ['channels:read'],
  channel_unarchive: ['channels:read'],
  file_shared: ['files:read'],
  link_shared: ['links:read'],
  member_joined_channel: ['channels:read'],
  member_left_channel: ['channels:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
  reaction_added: ['reactions:read'],
  reaction_removed: ['reactions:read'],
  subteam_members_changed: ['usergroups:read'],
  subteam_updated: ['usergroups:read'],
  team_join: ['users:read'],
  tokens_revoked: [],
  user_change: ['users:read'],
};

function scopeProblems({ features: offered, oauth_config, settings: set }: Manifest): string[] {
  const { bot, user, bot_optional, user_optional } = oauth_config.scopes;
  const needs = (what: string, scope: string): string[] =>
    bot.includes(scope) ? [] : [`${what} needs the scope ${scope} in oauth_config.scopes.bot`];
  const listed = (optional: string[], all: string[], kind: string): string[] =>
    optional
      .filter((scope) => !all.includes(scope))
      .map((scope) => `the optional scope ${scope} must be listed in scopes.${kind} too`);
  const subscribed = set.event_subscriptions?.bot_events ?? [];
  const ofEvents = subscribed.flatMap((event) => {
    const wanted = Object.hasOwn(scopesOfEvents, event) ? scopesOfEvents[event] : undefined;
    return wanted === undefined
      ? [`there is no event ${event}`]
      : wanted.flatMap((scope) => needs(`the event ${event}`, scope));
  });
  return [
    ...listed(bot_optional, bot, 'bot'),
    ...listed(user_optional, user, 'user'),
    ...ofEvents,
    ...(offered.slash_commands === undefined ? [] : needs('a slash command', 'commands')),
    ...(offered.shortcuts === undefined ? [] : needs('a shortcut', 'commands')),
    ...(offered.agent_view === undefined ? [] : needs('agent_view', 'assistant:write')),
    ...(offered.assistant_view === undefined ? [] : needs('assistant_view', 'assistant:write')),
    ...(offered.agent_view === undefined && subscribed.includes('agent_session_stopped')
      ? ['the event agent_session_stopped needs features.agent_view']
      : []),
    ...(offered.bot_user === undefined && bot.length > 0
      ? ['bot scopes need features.bot_user']
      : []),
  ];
}

/** Over HTTP, Slack needs a request URL for every delivery. */
function addressProblems({ features: offered, settings: set }: Manifest): string[] {
  if (set.socket_mode_enabled === true) return [];
  const missing = (is: boolean, what: string): string[] =>
    is ? [`${what} needs a request_url, or Socket Mode`] : [];
  return [
    ...missing(
      (set.event_subscriptions?.bot_events ?? []).length > 0 &&
        set.event_subscriptions?.request_url === undefined,
      'event_subscriptions',
    ),
    ...missing(
      set.interactivity?.is_enabled === true && set.interactivity.request_url === undefined,
      'interactivity',
    ),
    ...(offered.slash_commands ?? [])
      .filter((one) => one.url === undefined)
      .map(({ command }) => `${command} needs a url, or Socket Mode`),
  ];
}
