// The unmodified Web API client for the local Slack, and its errors.
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

/** The error of a refused call; throws if the call succeeds. */
export async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const outcome = await call.then(
    () => 'accepted' as const,
    (error: unknown) => error,
  );
  if (outcome instanceof WebAPIPlatformError) return { ...outcome.data };
  throw outcome === 'accepted' ? new Error('the call was not refused') : outcome;
}
