// Mapping of Apigee's error answers to faults.
import { formatDuration } from '../../kernel/duration.ts';
import { type LlmgwError, fail } from '../../kernel/errors.ts';
import { certificateFailure, connectionFailure } from '../../kernel/connection-failure.ts';
import { consumerFault } from '../shared/consumer.ts';
import {
  isUndecided,
  obstacleFault,
  type Obstacle,
  obstacleOf,
  type Refusal,
} from '../shared/obstacle.ts';
import { connectionFault, isPassingStatus, outageFault } from '../shared/outage.ts';
import { type ServiceState, withState } from '../shared/obstacle-state.ts';
import { readEnvelope } from './envelope.ts';

/** Of `details.away`. */
const service = 'apigee.googleapis.com';

export interface ApigeeRefusal {
  /** Verb phrase of the call, as in `create the developer`. */
  readonly what: string;
  readonly organization: string;
  /** Id of the project of the organization; absent: the organization's name. */
  readonly projectId?: string | undefined;
  /** Id of the project that the call counts against, if the credentials name it. */
  readonly consumer?: string | undefined;
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** HTTP statuses of a refusal that may be temporary. */
const perhapsLater = new Set([400, 409, 412, 423]);

/** A refusal that neither its code nor a documented reason decides. */
export function undecidedRefusal({ status, body }: ApigeeRefusal): Refusal | undefined {
  const said = readEnvelope(body);
  return perhapsLater.has(status) && isUndecided(said) ? said : undefined;
}

/**
 * @param decided by the state of the organization; absent: by the refusal alone.
 * @returns the error to throw for an unsuccessful HTTP response.
 */
export function refusalError(
  refusal: ApigeeRefusal,
  decided?: { readonly obstacle: Obstacle; readonly state: ServiceState },
): LlmgwError {
  const { what, status, organization } = refusal;
  const said = readEnvelope(refusal.body);
  const message = `Apigee refused to ${what}: HTTP ${status}${said.message === '' ? '' : `, ${said.message}`}`;
  const details = { status, reason: said.reason || said.status };
  if (status === 403) {
    const { projectId = organization, consumer } = refusal;
    const call = { service: 'apigee.googleapis.com', projectId, consumer };
    const ofConsumer = consumerFault(said, call, message, details);
    if (ofConsumer !== undefined) return ofConsumer;
  }
  const obstacle = decided?.obstacle ?? obstacleAt(status, said);
  if (obstacle !== undefined) {
    const told = decided === undefined ? message : withState(message, obstacle, decided.state);
    return obstacleFault(obstacle, told, {
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
        next: `Grant the bot's service account roles/apigee.admin on the project of the organization ${organization}.`,
        details,
      });
    case 404:
      return fail('permanent', 'not_found', message, {
        next: `Check APIGEE_ORG (now ${organization}) and APIGEE_URL.`,
        details,
      });
    case 409:
      // Google's conflicts other than taken names.
      if (said.status === 'ABORTED' || said.status === 'FAILED_PRECONDITION') break;
      return fail('permanent', 'already_exists', message, {
        next: 'Find the existing one in the Apigee console, then remove it or choose another name.',
        details,
      });
    case 429:
      return fail('transient', 'rate_limited', message, {
        retryAfterMs: retryAfterMs(refusal.retryAfter),
        untilDeadline: true,
        details,
      });
  }
  return otherRefusal(status, message, said.status, {
    details,
    retryAfterMs: retryAfterMs(refusal.retryAfter),
  });
}

function obstacleAt(status: number, said: Refusal): Obstacle | undefined {
  if (!perhapsLater.has(status)) return undefined;
  return obstacleOf(said) ?? (status === 423 ? { code: 'busy' } : undefined);
}

function otherRefusal(
  status: number,
  message: string,
  googleStatus: string,
  options: { details: { status: number; reason: string }; retryAfterMs: number | undefined },
): LlmgwError {
  if (isPassingStatus(status)) return outageFault(service, message, options);
  const { details } = options;
  if (googleStatus === 'FAILED_PRECONDITION' || googleStatus === 'ABORTED') {
    return fail('permanent', 'failed_precondition', message, {
      next: 'Fix the cause in Apigee, then retry.',
      details,
    });
  }
  return fail('permanent', 'rejected', message, {
    next: 'Correct the configuration, then retry.',
    details,
  });
}

/** @returns the error to throw without a response. */
export function networkError(what: string, cause: unknown, timeoutMs: number): LlmgwError {
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
  if (timedOut) {
    return fail(
      'transient',
      'timeout',
      `Apigee did not answer within ${formatDuration(timeoutMs)} on the request to ${what}`,
      {
        next: 'Retry in a minute.',
        untilDeadline: true,
        details: { away: service },
      },
    );
  }
  if (certificateFailure(cause) !== undefined) {
    const lost = connectionFault(cause, {
      doing: `Asking Apigee to ${what}`,
      service,
      name: 'Apigee',
    });
    if (lost !== undefined) return lost;
  }
  return fail('transient', 'unavailable', `Apigee cannot be reached to ${what}`, {
    next: 'Retry in a minute. If it fails again, check APIGEE_URL and the network.',
    // A redirect is permanent, so it is no outage.
    ...(connectionFailure(cause) === undefined
      ? {}
      : { untilDeadline: true, details: { away: service } }),
    cause,
  });
}

function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
