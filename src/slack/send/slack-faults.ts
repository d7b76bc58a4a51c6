// Mapping of Slack's Web API errors to faults: their only reader.
import type { FaultCode } from '../../kernel/fault-codes.ts';
import { webApi } from '@slack/bolt';
import { connectionFailure } from '../../kernel/connection-failure.ts';
import { type Fault, fail, type LlmgwError, toFault } from '../../kernel/errors.ts';
import { pauseSeconds } from './retry-after.ts';
import { readRefusal } from './read-refusal.ts';

const invite = 'Type `/invite @llmgw` in the channel, then try again.';
const elsewhere = 'Use another channel, or write to me directly: the same commands work there.';
/** Reason why the bot cannot write in a channel, and the remedy. */
const outsideChannel: Readonly<Record<string, readonly [why: string, next: string]>> = {
  not_in_channel: ['I am not in that channel', invite],
  channel_not_found: ['I am not in that channel', invite],
  user_not_in_channel: ['The person is not in that channel', elsewhere],
  is_archived: ['That channel is archived', elsewhere],
  is_inactive: ['That channel is archived', elsewhere],
  no_permission: ['I may not write in that channel', elsewhere],
  access_denied: ['I may not write in that channel', elsewhere],
  restricted_action: ['I may not write in that channel', elsewhere],
  restricted_action_read_only_channel: ['I may not write in that channel', elsewhere],
  restricted_action_thread_only_channel: ['I may write in threads of that channel only', elsewhere],
  restricted_action_non_threadable_channel: ['That channel takes no threads', elsewhere],
  restricted_action_thread_locked: ['That thread is locked', elsewhere],
};
const goneView = new Set([
  'not_found',
  'view_not_found',
  'hash_conflict',
  'expired_trigger_id',
  'exchanged_trigger_id',
]);
const goneMessage = new Set(['message_not_found', 'thread_not_found']);
const closedMessage = new Set(['edit_window_closed', 'cant_update_message']);
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
  'rate_limited',
  // A workspace during its migration into an Enterprise organisation.
  'team_added_to_org',
  'update_failed',
  'external_channel_migrating',
]);

export type TokenVariable = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

/**
 * @param doing the attempted action: `post a message`.
 * @param variable name of the variable with the call's token.
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
      { details: { answered: true } },
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
  if (connectionFailure(error) !== undefined) {
    const said = `Slack could not be reached when I tried to ${doing}.`;
    return fail('transient', 'unavailable', said, { cause: error });
  }
  return fail('bug', 'unexpected', `I could not ${doing}.`, { cause: toFault(error) });
}

/** @returns the fault of a response from outside the Web API; undefined if Slack accepted the request. */
export function statusFault(
  { ok, status, headers }: Pick<Response, 'ok' | 'status' | 'headers'>,
  doing: string,
): LlmgwError | undefined {
  if (ok) return undefined;
  if (status !== 429) {
    return fail('transient', 'unavailable', `Slack answered ${status} when I tried to ${doing}.`, {
      details: { answered: status >= 500 },
    });
  }
  return fail('transient', 'rate_limited', `Slack asked for a pause when I tried to ${doing}.`, {
    retryAfterMs: pauseSeconds(headers) * 1000,
  });
}

/** Slack has no code for a file that it has not processed yet: these are its texts for it. */
const fileWords = /invalid[ _]slack[ _]file/i;

/** The library turns a body that is no JSON into an error: it is shown to nobody. */
const isCode = (code: unknown): code is string =>
  typeof code === 'string' && /^[\w.-]{1,80}$/.test(code);

function platformFault(
  answer: webApi.WebAPIPlatformError['data'],
  doing: string,
  variable: TokenVariable,
): LlmgwError {
  const code: unknown = answer.error;
  if (!isCode(code)) {
    return fail('transient', 'unavailable', `Slack gave no answer when I tried to ${doing}.`, {
      details: { answered: true },
    });
  }
  const details = { slack: code };
  const { words: said, needed } = readRefusal(answer);
  const outside = Object.hasOwn(outsideChannel, code) ? outsideChannel[code] : undefined;
  if (outside !== undefined) {
    const [why, next] = outside;
    const words = `${why}, so I could not ${doing} there.`;
    return fail('refused', 'not_in_channel', words, { next, details });
  }
  if (goneView.has(code)) {
    return fail('refused', 'view_gone', `The modal was closed before I could ${doing}.`, {
      details,
    });
  }
  if (goneMessage.has(code)) {
    return fail('refused', 'message_gone', `The message was removed before I could ${doing}.`, {
      details,
    });
  }
  if (fileWords.test(said)) {
    return fail('refused', 'file_not_ready', `Slack does not show the file yet.`, { details });
  }
  if (closedMessage.has(code)) {
    return fail('refused', 'message_closed', `Slack no longer lets me ${doing}.`, { details });
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
  if (code === 'no_such_subteam') {
    const words = `Slack does not know that user group, so I could not ${doing}.`;
    return fail('permanent', 'group_unknown', words, {
      next: 'Correct the user group in LLMGW_OPERATORS and restart the bot.',
      details: { ...details, variable: 'LLMGW_OPERATORS' },
    });
  }
  if (code === 'missing_scope') return missingScope({ code, needed }, doing, variable);
  if (passing.has(code)) {
    return fail(
      'transient',
      'unavailable',
      `Slack had trouble (${code}) when I tried to ${doing}.`,
      { details: { ...details, answered: true } },
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

/**
 * For calls that only check the token: an operator must correct any refusal.
 * @param fault of such a call. @returns undefined when Slack refused nothing: the call is repeatable.
 */
export function refusedToken(fault: Fault, variable: TokenVariable): Fault | undefined {
  if (fault.kind === 'permanent') return fault;
  const code = fault.details?.['slack'];
  if (fault.kind === 'transient' || typeof code !== 'string') return undefined;
  return fail('permanent', 'slack_token', fault.message, {
    next: `An operator must look up \`${code}\` in Slack's documentation, correct the app or the network, and set ${variable} to ${tokenWords[variable]}.`,
    details: { slack: code, variable },
  }).fault;
}

/** Slack names the scope in `needed`; alternatives are separated by commas. */
function missingScope(
  { code, needed }: { readonly code: string; readonly needed: string | undefined },
  doing: string,
  variable: TokenVariable,
): LlmgwError {
  const named = needed === undefined ? 'a scope' : `the scope \`${needed}\``;
  const next =
    variable === 'SLACK_APP_TOKEN'
      ? `An operator must set ${variable} to ${tokenWords[variable]} and restart the bot.`
      : `An operator must add ${named} to the Slack app (manifests/slack-app.yaml) and reinstall it.`;
  return fail('permanent', 'slack_scope', `The Slack app needs ${named} to ${doing}.`, {
    next,
    details: { slack: code, variable, ...(needed === undefined ? {} : { needed }) },
  });
}

/** Codes of a method that the workspace or the app does not have. */
const missingFeature = new Set([
  'feature_not_enabled',
  'feature_disabled',
  'method_not_supported',
  'method_deprecated',
  'deprecated_endpoint',
  'unknown_method',
  'accesslimited',
  'paid_only',
  'paid_teams_only',
  'app_not_agent',
  'not_an_agent',
]);

/** The whole workspace or app is refused the method, not one person, thread or channel. */
export function refusesWorkspace(error: unknown): boolean {
  const { kind, details } = toFault(error);
  const code = details?.['slack'];
  return kind === 'permanent' || (typeof code === 'string' && missingFeature.has(code));
}

/** The message can no longer be changed: it, or its channel, is deleted or closed. */
export function cannotEdit(error: unknown): boolean {
  const gone: readonly FaultCode[] = ['not_in_channel', 'message_gone', 'message_closed'];
  return gone.includes(toFault(error).code);
}

/** Also for an unknown reason: an end must then go into another message. */
export function refusesEdit(error: unknown): boolean {
  return cannotEdit(error) || isFaultCode(error, 'slack_rejected');
}

/** An operator can correct the app; until then Slack accepts nothing. */
const corrected: readonly FaultCode[] = ['slack_token', 'slack_scope'];

/** Refusals that may be temporary. */
export const isPassing = ({ kind, code }: Fault): boolean =>
  kind === 'transient' || corrected.includes(code);

export function isFaultCode(error: unknown, code: FaultCode): boolean {
  return toFault(error).code === code;
}
