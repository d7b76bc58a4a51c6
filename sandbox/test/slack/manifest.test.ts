// Tests of the app manifest against Slack's limits, and of the sandbox's enforcement.
// Limits: https://github.com/slackapi/manifest-schema, schemas/manifest.schema.2.0.0.json, 2026-07-21.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readManifest, toAppManifest } from '../../slack/app-manifest.ts';

const file = new URL('../../../manifests/slack-app.yaml', import.meta.url);
const own = (): Manifest => parse(readFileSync(file, 'utf8')) as Manifest;

interface Manifest {
  features: { shortcuts: Record<string, string>[]; slash_commands: Record<string, string>[] };
  oauth_config: { scopes: { bot: string[]; bot_optional: string[] } };
  settings: {
    event_subscriptions: { bot_events: string[]; request_url?: string };
    interactivity: { request_url?: string };
    socket_mode_enabled: boolean;
  };
}

/** Path of each text, with its minimum and maximum length; `*` is each list entry. */
const texts: readonly (readonly [path: string, least: number, most: number])[] = [
  ['display_information.name', 1, 35],
  ['display_information.description', 1, 140],
  ['features.bot_user.display_name', 1, 80],
  ['features.agent_view.agent_description', 0, 300],
  ['features.slash_commands.*.command', 2, 32],
  ['features.slash_commands.*.description', 1, 2_000],
  ['features.slash_commands.*.usage_hint', 1, 1_000],
  ['features.slash_commands.*.url', 1, 3_000],
  ['features.shortcuts.*.name', 1, 24],
  ['features.shortcuts.*.callback_id', 1, 255],
  ['features.shortcuts.*.description', 1, 150],
  ['settings.event_subscriptions.request_url', 1, 3_500],
  ['settings.interactivity.request_url', 1, 3_500],
  ['oauth_config.scopes.bot.*', 0, 50],
  ['settings.event_subscriptions.bot_events.*', 0, 50],
];

const lists: readonly (readonly [path: string, most: number])[] = [
  ['features.slash_commands', 50],
  ['features.shortcuts', 10],
  ['oauth_config.scopes.bot', 255],
  ['oauth_config.scopes.bot_optional', 255],
  ['settings.event_subscriptions.bot_events', 100],
];

/** From Slack's reference of each event. */
const scopesOfEvents: Readonly<Record<string, string | undefined>> = {
  app_home_opened: undefined,
  app_mention: 'app_mentions:read',
  'message.im': 'im:history',
  'message.channels': 'channels:history',
  agent_session_stopped: 'assistant:write',
};

type Holder = Record<string, unknown>;

/** The object and key of each match of a path. */
function* places(root: unknown, path: string): Generator<[Holder, string]> {
  const [key = '', ...rest] = path.split('.');
  const holder = root as Holder;
  for (const name of key === '*' ? Object.keys(holder) : [key]) {
    if (rest.length === 0) yield [holder, name];
    else if (typeof holder[name] === 'object') yield* places(holder[name], rest.join('.'));
  }
}

const refusal = (manifest: unknown): string => {
  try {
    toAppManifest(manifest);
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('manifests/slack-app.yaml', () => {
  test('the sandbox accepts the manifest', () => {
    expect(readManifest(file).shortcuts).toMatchObject([{ callbackId: 'ask.message' }]);
  });

  test.each(texts)('%s has between %i and %i characters', (path, least, most) => {
    const found = [...places(own(), path)].map(([holder, key]) => String(holder[key]).length);
    expect(found.length).toBeGreaterThan(0);
    for (const length of found) {
      expect(length).toBeGreaterThanOrEqual(least);
      expect(length).toBeLessThanOrEqual(most);
    }
  });

  test.each(lists)('%s has at most %i entries', (path, most) => {
    const [[holder, key]] = [...places(own(), path)] as [[Holder, string]];
    expect((holder[key] as unknown[]).length).toBeLessThanOrEqual(most);
  });

  test('the manifest lists each optional scope in bot, and the scope of each event', () => {
    const { oauth_config, settings } = own();
    const { bot, bot_optional } = oauth_config.scopes;
    expect(bot).toEqual(expect.arrayContaining(bot_optional));
    for (const event of settings.event_subscriptions.bot_events) {
      expect(Object.keys(scopesOfEvents)).toContain(event);
      const scope = scopesOfEvents[event];
      if (scope !== undefined) expect(bot).toContain(scope);
    }
  });
});

describe('sandbox manifest reader', () => {
  test.each(texts)('the reader refuses a %s outside %i to %i characters', (path, least, most) => {
    for (const length of [least - 1, most + 1].filter((each) => each >= 0)) {
      const manifest = own();
      const [[holder, key]] = [...places(manifest, path)] as [[Holder, string]];
      holder[key] = 'https://x/'.padEnd(length, 'x').slice(0, length);
      expect(refusal(manifest)).toContain('Slack refuses');
    }
  });

  test.each(lists)('the reader refuses a %s with more than %i entries', (path, most) => {
    const manifest = own();
    const [[holder, key]] = [...places(manifest, path)] as [[Holder, string]];
    const [first] = holder[key] as unknown[];
    holder[key] = Array.from({ length: most + 1 }, (_, at) =>
      typeof first === 'string' ? `${first}${at}` : first,
    );
    expect(refusal(manifest)).toContain('Slack refuses');
  });

  const broken: readonly (readonly [string, (manifest: Manifest) => void, string])[] = [
    [
      'an optional scope that bot does not list',
      ({ oauth_config: { scopes } }) => scopes.bot_optional.push('reactions:read'),
      'the optional scope reactions:read',
    ],
    [
      'an event without its scope',
      ({ settings }) => settings.event_subscriptions.bot_events.push('reaction_added'),
      'the event reaction_added needs the scope reactions:read',
    ],
    [
      'an event that has its scope among the optional ones alone',
      ({ oauth_config: { scopes } }) => {
        scopes.bot = scopes.bot.filter((scope) => scope !== 'channels:history');
      },
      'the event message.channels needs the scope channels:history',
    ],
    [
      'an event that Slack does not know',
      ({ settings }) => settings.event_subscriptions.bot_events.push('message.channel'),
      'there is no event message.channel',
    ],
    [
      'commands without the scope commands',
      ({ oauth_config: { scopes } }) => {
        scopes.bot = scopes.bot.filter((scope) => scope !== 'commands');
      },
      'a slash command needs the scope commands',
    ],
    [
      'a field that Slack does not know',
      ({ features }) => Object.assign(features, { slash_command: [] }),
      'slash_command',
    ],
    [
      'events without an address, over HTTP',
      ({ settings }) => delete settings.event_subscriptions.request_url,
      'event_subscriptions needs a request_url',
    ],
  ];

  test.each(broken)('the reader refuses %s', (_what, breakIt, words) => {
    const manifest = own();
    breakIt(manifest);
    expect(refusal(manifest)).toContain(words);
  });

  test('the reader accepts a Socket Mode manifest without URLs', () => {
    const manifest = own();
    manifest.settings.socket_mode_enabled = true;
    delete manifest.settings.event_subscriptions.request_url;
    delete manifest.settings.interactivity.request_url;
    for (const command of manifest.features.slash_commands) delete command['url'];
    expect(refusal(manifest)).toBe('taken');
  });
});
