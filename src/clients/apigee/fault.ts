// The one place where an answer of Apigee's management API becomes a Fault: status and Google's error envelope -> kind.
import { parseJson } from '../../kernel/json.ts';
import { type LlmgwError, fail } from '../../kernel/errors.ts';
import { laterFault, obstacleOf } from '../shared/later.ts';
import { errorEnvelope } from './schema.ts';
import { cutText } from '../../kernel/text.ts';

export interface ApigeeRefusal {
  /** What we were doing, as in `create the developer`. */
  readonly what: string;
  readonly organization: string;
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** @returns the error to throw for an HTTP answer that is no success. */
export function refusalError(refusal: ApigeeRefusal): LlmgwError {
  const { what, status, organization } = refusal;
  const said = readEnvelope(refusal.body);
  const message = `Apigee refused to ${what}: HTTP ${status}${said.message === '' ? '' : `, ${said.message}`}`;
  const details = { status, reason: said.reason || said.status };
  if (said.reason === 'SERVICE_DISABLED') {
    return fail('permanent', 'api_disabled', message, {
      next: 'Enable it with `gcloud services enable apigee.googleapis.com`; it takes a few minutes to take effect.',
      details,
    });
  }
  const obstacle =
    status === 400 || status === 409 || status === 412 || status === 423
      ? (obstacleOf(said) ?? (status === 423 ? { code: 'busy' as const } : undefined))
      : undefined;
  if (obstacle !== undefined) {
    return laterFault(obstacle, message, {
      retryAfterMs: retryAfterMs(refusal.retryAfter),
      details,
    });
  }
  switch (status) {
    case 401:
      return fail('permanent', 'unauthenticated', message, {
        next: "Check the bot's Google credentials (Workload Identity or Application Default Credentials).",
        details,
      });
    case 403:
      return fail('permanent', 'denied', message, {
        next: `Give the bot's service account roles/apigee.admin on the project of the organization ${organization}.`,
        details,
      });
    case 404:
      return fail('permanent', 'not_found', message, {
        next: `Check APIGEE_ORG (now ${organization}) and APIGEE_URL.`,
        details,
      });
    case 409:
      return fail('permanent', 'already_exists', message, {
        next: 'Look at what has this name in the Apigee console; remove it or choose another name.',
        details,
      });
    case 429:
      return fail('transient', 'rate_limited', message, {
        retryAfterMs: retryAfterMs(refusal.retryAfter),
        details,
      });
    default:
      return otherRefusal(status, message, said.status, {
        details,
        retryAfterMs: retryAfterMs(refusal.retryAfter),
      });
  }
}

function otherRefusal(
  status: number,
  message: string,
  googleStatus: string,
  options: { details: { status: number; reason: string }; retryAfterMs: number | undefined },
): LlmgwError {
  if (status >= 500 || status === 408) return fail('transient', 'unavailable', message, options);
  const { details } = options;
  if (googleStatus === 'FAILED_PRECONDITION') {
    return fail('permanent', 'failed_precondition', message, {
      next: 'Mend what Apigee names, then retry.',
      details,
    });
  }
  return fail('permanent', 'rejected', message, {
    next: 'Mend what Apigee names in the configuration, then retry.',
    details,
  });
}

/** @returns the error to throw when no answer came. */
export function networkError(what: string, cause: unknown, timeoutMs: number): LlmgwError {
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
  return timedOut
    ? fail('transient', 'timeout', `Apigee did not answer within ${timeoutMs} ms to ${what}`, {
        next: 'Try again in a moment.',
      })
    : fail('transient', 'unavailable', `Apigee could not be reached to ${what}`, {
        next: 'Try again in a moment; if it persists, check APIGEE_URL and the network.',
        cause,
      });
}

function readEnvelope(body: string): { message: string; status: string; reason: string } {
  const { data } = errorEnvelope.safeParse(parseJson(body));
  if (data === undefined) return { message: plainText(body), status: '', reason: '' };
  const { details, status, message } = data.error;
  const reason = details.find((detail) => detail.reason !== undefined)?.reason ?? '';
  const conditions = details.flatMap(({ violations }) =>
    violations.map(({ description }) => description),
  );
  const said = [...new Set([message, ...conditions])].filter((text) => text !== '');
  return { message: cutText(said.join('; '), 1000), status, reason };
}

/** A front end's own words, where it answers without an envelope; pages and other JSON say nothing to people. */
const plainText = (body: string): string =>
  /^\s*[<{[]/.test(body) ? '' : cutText(body.trim().replaceAll(/\s+/g, ' '), 300);

function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
