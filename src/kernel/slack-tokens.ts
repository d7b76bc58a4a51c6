// Formats of Slack IDs and tokens in the configuration.
import { z } from 'zod';

export const slackId = z
  .string()
  .regex(/^[UWSCG][A-Z0-9]{2,}$/, 'is not a Slack ID (U…, S… or C…)');

const tokenKinds: Readonly<Record<string, string>> = {
  'xoxb-': 'a bot token: it belongs in SLACK_BOT_TOKEN',
  'xapp-': 'an app-level token: it belongs in SLACK_APP_TOKEN',
  'xoxp-': 'a user token, which llmgw does not accept',
  'xoxe-': 'a rotating token, which llmgw does not accept: turn token rotation off',
  'xoxe.': 'a rotating token, which llmgw does not accept: turn token rotation off',
};

/** A token goes into an HTTP header, which rejects a word processor's dash or blank, or a line break. */
export const token = z.string().regex(/^[\x21-\x7e]+\s*$/, {
  error: 'has a character that no token has, such as a long dash or a line break: copy it anew',
});

/** Names the kind of the given token, and never the token. */
export function wrongToken(given: unknown, desired: string): string {
  const kind = tokenKinds[String(given).slice(0, 5)];
  return kind === undefined
    ? `must start with ${desired}`
    : `must start with ${desired} and is ${kind}`;
}
