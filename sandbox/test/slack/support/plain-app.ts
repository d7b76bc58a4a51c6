// An app that does not read SLACK_API_URL and prints its own Slack identity.
import { WebClient } from '@slack/web-api';

const { SLACK_BOT_TOKEN = '' } = process.env;
const { user } = await new WebClient(SLACK_BOT_TOKEN, { retryConfig: { retries: 0 } }).auth.test();
process.stdout.write(`I am ${user}\n`);
