// Bot scopes from the Slack app's manifest.
import { readFileSync } from 'node:fs';
import { fileUrl } from '../../kernel/files.ts';
import { parse } from 'yaml';
import { z } from 'zod';

export interface AppScopes {
  readonly required: readonly string[];
  /** Optional scopes: without one, a single feature is missing and nothing fails. */
  readonly optional: readonly string[];
}

const manifest = z.object({
  oauth_config: z.object({
    scopes: z.object({
      bot: z.array(z.string()),
      bot_optional: z.array(z.string()).default([]),
    }),
  }),
});

const groupScope = 'usergroups:read';

/** @param operators Slack ids, as configured: user groups among them require their scope. */
export function readAppScopes(operators: readonly string[]): AppScopes {
  const text = readFileSync(fileUrl('manifests/slack-app.yaml'), 'utf8');
  const { bot, bot_optional: optional } = manifest.parse(parse(text)).oauth_config.scopes;
  const hasGroups = operators.some((id) => id.startsWith('S'));
  // Slack requires an optional scope in `bot`, too.
  const isOptional = (scope: string): boolean =>
    optional.includes(scope) || (scope === groupScope && !hasGroups);
  return {
    required: bot.filter((scope) => !isOptional(scope)),
    optional: [...new Set([...optional, ...bot])].filter(isOptional),
  };
}
