// What Slack's Web API answers with, as faults: the only place that reads its errors.
import { webApi } from '@slack/bolt';
import { fail, type LlmgwError, toFault } from '../../errors.ts';

const outsideChannel = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'user_not_in_channel',
  'restricted_action',
]);
const goneView = new Set([
  'not_found',
  'view_not_found',
  'hash_conflict',
  'expired_trigger_id',
  'exchanged_trigger_id',
]);
const goneMessage = new Set(['message_not_found', 'cant_update_message', 'thread_not_found']);
const badToken = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'org_login_required',
  'two_factor_setup_required',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'team_access_not_granted',
]);
const passing = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
]);

export type TokenVariable = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

/**
 * @param doing what was tried: `post a message`.
 * @param variable the one that holds the token of the call.
 */
export function slackFault(
  error: unknown,
  doing: string,
  variable: TokenVariable = 'SLACK_BOT_TOKEN',
): LlmgwError {
  if (error instanceof webApi.WebAPIRateLimitedError) {
    return fail('transient', 'rate_limited', `Slack asked for a pause when I tried to ${doing}.`, {
      retryAfterMs: error.retryAfter * 1000,
    });
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    return fail(
      'transient',
      'unavailable',
      `Slack answered ${error.statusCode} when I tried to ${doing}.`,
    );
  }
  if (error instanceof webApi.WebAPIRequestError) {
    return fail(
      'transient',
      'unavailable',
      `Slack could not be reached when I tried to ${doing}.`,
      {
        cause: error.original,
      },
    );
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    return platformFault(error.data, doing, variable);
  }
  return fail('bug', 'unexpected', `I could not ${doing}.`, { cause: toFault(error) });
}

function platformFault(
  answer: webApi.WebAPIPlatformError['data'],
  doing: string,
  variable: TokenVariable,
): LlmgwError {
  const code = answer.error;
  const details = { slack: code };
  if (outsideChannel.has(code)) {
    return fail(
      'refused',
      'not_in_channel',
      `I am not in that channel, so I could not ${doing} there.`,
      {
        next: 'Type `/invite @llmgw` in the channel, then try again.',
        details,
      },
    );
  }
  if (goneView.has(code)) {
    return fail('refused', 'view_gone', `The window was closed before I could ${doing}.`, {
      details,
    });
  }
  if (goneMessage.has(code)) {
    return fail('refused', 'message_gone', `The message was removed before I could ${doing}.`, {
      details,
    });
  }
  if (badToken.has(code)) {
    return fail(
      'permanent',
      'slack_token',
      `Slack does not accept my token (${code}), so I could not ${doing}.`,
      {
        next: `An operator must set ${variable} to ${tokenWords[variable]} and restart the bot.`,
        details: { ...details, variable },
      },
    );
  }
  if (code === 'not_enabled') {
    return fail(
      'permanent',
      'home_off',
      `The Slack app has no Home tab, so I could not ${doing}.`,
      {
        next: 'Reinstall the app from manifests/slack-app.yaml.',
        details,
      },
    );
  }
  if (code === 'missing_scope') return missingScope(answer, doing, variable);
  if (passing.has(code)) {
    return fail(
      'transient',
      'unavailable',
      `Slack had trouble (${code}) when I tried to ${doing}.`,
      { details },
    );
  }
  return fail('bug', 'slack_rejected', `Slack refused (${code}) when I tried to ${doing}.`, {
    details,
  });
}

const tokenWords: Readonly<Record<TokenVariable, string>> = {
  SLACK_BOT_TOKEN: 'the Bot User OAuth Token (xoxb-) of the installed app',
  SLACK_APP_TOKEN: 'an app-level token (xapp-) of the app with the scope connections:write',
};

/** Slack names the scope in `needed`; where several would do, with commas between. */
function missingScope(
  answer: webApi.WebAPIPlatformError['data'],
  doing: string,
  variable: TokenVariable,
): LlmgwError {
  const given = 'needed' in answer ? answer.needed : undefined;
  const needed = typeof given === 'string' && given !== '' ? given : undefined;
  const named = needed === undefined ? 'a scope' : `the scope \`${needed}\``;
  const next =
    variable === 'SLACK_APP_TOKEN'
      ? `An operator must set ${variable} to ${tokenWords[variable]} and restart the bot.`
      : `An operator must add ${named} to the Slack app (manifests/slack-app.yaml) and reinstall it.`;
  return fail('permanent', 'slack_scope', `The Slack app lacks ${named} to ${doing}.`, {
    next,
    details: { slack: answer.error, variable, ...(needed === undefined ? {} : { needed }) },
  });
}

export function isFaultCode(error: unknown, code: string): boolean {
  return toFault(error).code === code;
}
