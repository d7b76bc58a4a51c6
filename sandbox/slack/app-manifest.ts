// The app as its manifest declares it: what installing it gives the workspace, and nothing beyond.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

export interface Shortcut {
  readonly name: string;
  readonly callbackId: string;
  readonly description: string;
  /** On a message's own menu, or anywhere. */
  readonly type: 'message' | 'global';
}

export interface AppManifest {
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

const manifest = z.object({
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean().default(false) }).optional(),
    slash_commands: z
      .array(
        z.object({
          command: z.string().startsWith('/'),
          description: z.string(),
          usage_hint: z.string().default(''),
        }),
      )
      .default([]),
    shortcuts: z
      .array(
        z.object({
          name: z.string(),
          callback_id: z.string(),
          description: z.string(),
          type: z.enum(['message', 'global']),
        }),
      )
      .default([]),
  }),
  oauth_config: z.object({
    scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()).default([]) }),
  }),
  settings: z.object({
    event_subscriptions: z.object({ bot_events: z.array(z.string()) }).optional(),
  }),
});

/** @throws Error when the file is no manifest that Slack would take */
export function readManifest(file: URL): AppManifest {
  const { features, oauth_config, settings } = manifest.parse(parse(readFileSync(file, 'utf8')));
  return {
    slashCommands: features.slash_commands.map(({ command, description, usage_hint }) => ({
      command,
      description,
      usageHint: usage_hint,
    })),
    shortcuts: features.shortcuts.map(({ name, callback_id, description, type }) => ({
      name,
      callbackId: callback_id,
      description,
      type,
    })),
    scopes: [...oauth_config.scopes.bot, ...oauth_config.scopes.bot_optional],
    events: settings.event_subscriptions?.bot_events ?? [],
    hasHomeTab: features.app_home?.home_tab_enabled ?? false,
  };
}
