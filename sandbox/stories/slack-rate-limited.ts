// Scenario: Slack rate-limits the bot.
import type { Story } from './story.ts';

export const slackRateLimited: Story = {
  name: 'slack-rate-limited',
  title: 'Slack rate limit',
  when: 'During a run, while its card changes.',
  seen: 'The card changes less often: Slack refuses two of three posts and edits with 429 and Retry-After, and the bot merges its updates.',
  ends: 'End it: the card shows the latest state within seconds. No message is missing or duplicated.',
  begin: ({ add }) =>
    add({
      service: 'slack',
      operation: String.raw`^chat\.(postMessage|update|postEphemeral)$`,
      action: {
        kind: 'status',
        status: 429,
        headers: { 'retry-after': '2' },
        body: '{"ok":false,"error":"ratelimited"}',
      },
      probability: 0.66,
    }),
};
