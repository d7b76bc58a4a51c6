// Slash commands in Slack's form, each with its own trigger and a fresh signature.
import { createHmac } from 'node:crypto';

export interface SlashPost {
  readonly triggerId: string;
  /** The prompt of the command; the ack repeats it. */
  readonly prompt: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type CommandName = 'ask' | 'status';

/** Enough people that nobody has four questions at once, which would wait for one another. */
export const people: readonly string[] = Array.from(
  { length: 4_000 },
  (_, index) => `U0${index.toString(36).toUpperCase().padStart(8, '0')}`,
);

/** That many different commands of people in turns; never the same twice in one process. */
export function signCommands(name: CommandName, count: number, secret: string): SlashPost[] {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return Array.from({ length: count }, () => sign(name, secret, timestamp));
}

let serial = 0;

function sign(name: CommandName, secret: string, timestamp: string): SlashPost {
  serial += 1;
  const triggerId = `${Date.now()}.${process.pid}.${serial.toString(16).padStart(32, '0')}`;
  const prompt = `What is ${serial} plus ${process.pid}?`;
  const user = people[serial % people.length] ?? '';
  const body = new URLSearchParams({
    token: 'unused',
    team_id: 'T0SANDBOX',
    team_domain: 'sandbox',
    channel_id: 'C0GATEWAY',
    channel_name: 'llm-gateway',
    user_id: user,
    user_name: user.toLowerCase(),
    command: '/llmgw',
    text: name === 'ask' ? `ask ${prompt}` : 'status',
    api_app_id: 'A0LLMGW',
    is_enterprise_install: 'false',
    response_url: `http://127.0.0.1:9/commands/${serial}`,
    trigger_id: triggerId,
  }).toString();
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    triggerId,
    prompt,
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    },
  };
}
