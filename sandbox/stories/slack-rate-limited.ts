// Story: Slack finds that we post too much.
import type { Story } from './story.ts';

export const slackRateLimited: Story = {
  name: 'slack-rate-limited',
  title: 'Slack rate-limits us',
  when: 'In the middle of a run, while its card moves.',
  seen: 'The card stops moving and then jumps: two of three posts and edits are refused with 429 and Retry-After, and the bot puts what it has to say together instead of queueing it up.',
  ends: 'End it: the card shows the newest state within seconds. No message is missing or doubled.',
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
