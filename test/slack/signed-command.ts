// Requests with Slack's signature.
import { createHmac } from 'node:crypto';
import { signingSecret } from './open-workspace.ts';

export function signed(body: string, secondsOff = 0, secret = signingSecret) {
  const stamp = String(Math.floor(Date.now() / 1000) + secondsOff);
  const hmac = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': `v0=${hmac}`,
    },
  };
}

export function commandBody(fields: Record<string, string>): string {
  return new URLSearchParams({
    command: '/llmgw',
    text: 'help',
    user_id: 'U0ALICE',
    channel_id: 'C0GATEWAY',
    team_id: 'T0SANDBOX',
    trigger_id: `trigger.${Math.random()}`,
    ...fields,
  }).toString();
}
