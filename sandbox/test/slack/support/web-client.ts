// The unmodified Web API client pointed at the local Slack, and the refusals it reports.
import { LogLevel, WebAPIPlatformError, WebClient } from '@slack/web-api';
import { BOT_TOKEN, type SlackSandbox } from './slack-sandbox.ts';

export function webClient(slack: SlackSandbox, token: string = BOT_TOKEN): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
      setLevel: () => undefined,
      getLevel: () => LogLevel.ERROR,
      setName: () => undefined,
    },
  });
}

/** The answer of a call that Slack refused; fails when it was not refused. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const outcome = await call.then(
    () => 'accepted' as const,
    (error: unknown) => error,
  );
  if (outcome instanceof WebAPIPlatformError) return { ...outcome.data };
  throw outcome === 'accepted' ? new Error('the call was not refused') : outcome;
}
