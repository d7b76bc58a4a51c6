// The app's manifest: declared features, scopes and events.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { AppAddresses } from './state.ts';
import { manifestSchema } from './manifest-schema.ts';

export interface Shortcut {
  readonly name: string;
  readonly callbackId: string;
  readonly description: string;
  /** On a message's own menu, or global. */
  readonly type: 'message' | 'global';
}

export interface AppManifest {
  readonly name: string;
  /** Display name of its bot user. */
  readonly botName: string;
  readonly kind: 'app' | 'assistant' | 'agent';
  readonly addresses: AppAddresses;
  readonly slashCommands: readonly {
    readonly command: string;
    readonly description: string;
    readonly usageHint: string;
  }[];
  readonly shortcuts: readonly Shortcut[];
  readonly scopes: readonly string[];
  readonly events: readonly string[];
  readonly hasHomeTab: boolean;
}

/** @throws Error with a line for each of Slack's rules that the file breaks */
export function readManifest(file: URL): AppManifest {
  return toAppManifest(parse(readFileSync(file, 'utf8')));
}

/** @throws Error with a line for each of Slack's rules that it breaks */
export function toAppManifest(manifest: unknown): AppManifest {
  const read = manifestSchema.safeParse(manifest);
  if (!read.success) {
    const lines = read.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join('.')}: ${message}`,
    );
    throw new Error(`Slack refuses this app manifest:\n${lines.join('\n')}`);
  }
  const { display_information: display, features, oauth_config, settings } = read.data;
  const { slash_commands = [], shortcuts = [] } = features;
  const { agent_view, assistant_view, bot_user } = features;
  const plainKind = assistant_view === undefined ? 'app' : 'assistant';
  return {
    name: display.name,
    botName: bot_user?.display_name ?? display.name,
    kind: agent_view === undefined ? plainKind : 'agent',
    addresses: {
      events: settings.event_subscriptions?.request_url,
      interactivity: settings.interactivity?.request_url,
      commands: Object.fromEntries(
        slash_commands.flatMap(({ command, url }) => (url === undefined ? [] : [[command, url]])),
      ),
    },
    slashCommands: slash_commands.map(({ command, description, usage_hint = '' }) => ({
      command,
      description,
      usageHint: usage_hint,
    })),
    shortcuts: shortcuts.map(({ name, callback_id, description, type }) => ({
      name,
      callbackId: callback_id,
      description,
      type,
    })),
    scopes: oauth_config.scopes.bot,
    events: settings.event_subscriptions?.bot_events ?? [],
    hasHomeTab: features.app_home?.home_tab_enabled ?? false,
  };
}
