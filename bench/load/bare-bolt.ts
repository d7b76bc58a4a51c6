// Bolt app of its first documentation page, with an ack-only handler, as the baseline.
import { App } from '@slack/bolt';

const { SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_API_URL } = process.env;

const app = new App({
  token: SLACK_BOT_TOKEN ?? '',
  signingSecret: SLACK_SIGNING_SECRET ?? '',
  endpoints: '/slack/commands',
  clientOptions: { slackApiUrl: SLACK_API_URL ?? '' },
});
app.command('/llmgw', ({ ack }) => ack());
const server = await app.start(0);
const address = 'address' in server ? server.address() : null;
process.send?.(typeof address === 'object' ? address?.port : undefined);
