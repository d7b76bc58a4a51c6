// Unmodified Bolt apps for the local Slack, over signed HTTP or over Socket Mode.
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, type SlackSandbox } from './slack-sandbox.ts';

export interface RunningBot {
  readonly app: App;
  stop(): Promise<unknown>;
}

const clientOptions = (slack: SlackSandbox) => ({
  slackApiUrl: slack.apiUrl,
  retryConfig: { retries: 0 },
});

export async function httpBot(
  slack: SlackSandbox,
  addListeners: (app: App) => void,
): Promise<RunningBot> {
  const receiver = new HTTPReceiver({
    signingSecret: SIGNING_SECRET,
    endpoints: '/slack/events',
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    token: BOT_TOKEN,
    receiver,
    clientOptions: clientOptions(slack),
    logLevel: LogLevel.ERROR,
  });
  addListeners(app);
  const server = await receiver.start(0);
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  slack.setBotUrl(`http://127.0.0.1:${address.port}`);
  return { app, stop: () => receiver.stop() };
}

export async function socketBot(
  slack: SlackSandbox,
  addListeners: (app: App) => void,
): Promise<RunningBot> {
  const app = new App({
    token: BOT_TOKEN,
    appToken: APP_TOKEN,
    socketMode: true,
    clientOptions: clientOptions(slack),
    logLevel: LogLevel.ERROR,
  });
  addListeners(app);
  await app.start();
  return { app, stop: () => app.stop() };
}
