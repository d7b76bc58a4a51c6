// Scenario: expired Google access tokens.
import type { Story } from './story.ts';

export const tokenExpired: Story = {
  name: 'token-expired',
  title: 'Token expired',
  when: 'At any time; best before /llmgw provision or /llmgw status.',
  seen: 'Commands that need Google or the cluster say that Google rejects the bot’s credentials, and what to check. A running run fails at its step and offers Retry.',
  ends: 'End it to issue valid tokens again, then select Retry or repeat the command.',
  begin: async ({ faults, expireTokens }) => {
    faults.setTrouble('stale-tokens', true);
    await expireTokens();
  },
  end: ({ faults }) => faults.setTrouble('stale-tokens', false),
};
