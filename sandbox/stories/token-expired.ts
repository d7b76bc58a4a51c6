// Story: the bot's Google access token has ended, and the metadata server keeps handing out ended ones.
import type { Story } from './story.ts';

export const tokenExpired: Story = {
  name: 'token-expired',
  title: 'Token expired',
  when: 'Any time; best before /llmgw provision or /llmgw status.',
  seen: 'Whatever needs Google or the cluster says that Google does not accept the bot’s credentials, and what to look at; a run under way stops at its step with Retry.',
  ends: 'End it (new tokens are good again) and press Retry, or ask again.',
  begin: async ({ faults, expireTokens }) => {
    faults.setTrouble('stale-tokens', true);
    await expireTokens();
  },
  end: ({ faults }) => faults.setTrouble('stale-tokens', false),
};
