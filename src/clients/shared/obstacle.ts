// Temporary refusals: documented reasons, then codes and wordings of services.
import { type Fault, type LlmgwError, fail } from '../../kernel/errors.ts';
import { asksPerson, wordingCode } from './obstacle-wordings.ts';

/** A refusal in its service's wording. */
export interface Refusal {
  /** Canonical code, if the service gives one: `FAILED_PRECONDITION`. */
  readonly status: string;
  /** ErrorInfo's reason, or the one of an item of `errors[]`. */
  readonly reason?: string | undefined;
  readonly message: string;
}

/** The obstacle, for the engine and for people. */
export interface Obstacle {
  readonly code: 'busy' | 'in_use' | 'rate_limited' | 'conflict';
  /** Short name of the operation to wait for, if the service names it. */
  readonly operation?: string;
}

/** Documented reasons; they take precedence over every wording. */
const byReason: Readonly<Record<string, Obstacle['code']>> = {
  // GKE
  CLUSTER_ALREADY_HAS_OPERATION: 'busy',
  // Compute Engine, in the spelling of `errors[].reason` and of an operation's `errors[].code`
  resourceNotReady: 'busy',
  RESOURCE_NOT_READY: 'busy',
  operationInProgress: 'busy',
  OPERATION_IN_PROGRESS: 'busy',
  resourceInUseByAnotherResource: 'in_use',
  RESOURCE_IN_USE_BY_ANOTHER_RESOURCE: 'in_use',
  resourceOperationRateExceeded: 'rate_limited',
  RESOURCE_OPERATION_RATE_EXCEEDED: 'rate_limited',
  rateLimitExceeded: 'rate_limited',
  userRateLimitExceeded: 'rate_limited',
  RATE_LIMIT_EXCEEDED: 'rate_limited',
  // IAM and Resource Manager
  concurrentPolicyChanges: 'conflict',
  CONCURRENT_POLICY_CHANGES: 'conflict',
};

/** Codes that a service may give to temporary and permanent refusals; '' is a bare HTTP 400 or 409. */
const ambiguous = new Set([
  '',
  'FAILED_PRECONDITION',
  'ABORTED',
  'INVALID_ARGUMENT',
  'CONFLICT',
  'ALREADY_EXISTS',
]);

/** The obstacle of a temporary refusal; undefined for a permanent one. */
export function obstacleOf({ status, reason, message }: Refusal): Obstacle | undefined {
  const code = reasonCode(reason) ?? codeOf(status, message);
  if (code === undefined) return undefined;
  const [operation] = operationsIn(message);
  return operation === undefined ? { code } : { code, operation: operation.id };
}

export function reasonCode(reason: string | undefined): Obstacle['code'] | undefined {
  return reason === undefined ? undefined : byReason[reason];
}

/** Whether neither the code nor a documented reason decides, so that the service's state is read. */
export function isUndecided({ status, reason, message }: Refusal): boolean {
  if (!ambiguous.has(status) || reasonCode(reason) !== undefined) return false;
  // A taken name is a result: its caller reads the resource.
  return status !== 'ALREADY_EXISTS' && !/\balready (exists|attached)\b/i.test(message);
}

function codeOf(status: string, message: string): Obstacle['code'] | undefined {
  if (!ambiguous.has(status)) return undefined;
  // By the definition of ABORTED, the same call may succeed on a retry.
  const otherwise = status === 'ABORTED' && !asksPerson(message) ? 'conflict' : undefined;
  return wordingCode(message) ?? otherwise;
}

/** The error to throw; the engine waits until the step's deadline. */
export function obstacleFault(
  { code, operation }: Obstacle,
  said: string,
  more: { readonly retryAfterMs?: number | undefined; readonly details?: Fault['details'] } = {},
): LlmgwError {
  const details = { ...more.details, ...(operation === undefined ? {} : { waitsFor: operation }) };
  return fail('transient', code, said, {
    retryAfterMs: more.retryAfterMs,
    untilDeadline: true,
    ...(Object.keys(details).length === 0 ? {} : { details }),
  });
}

/** An operation that a message names. */
export interface NamedOperation {
  /** `operation-1700000000000-abcd`, or the last part of `…/operations/ID`. */
  readonly id: string;
  /** Of a full name `projects/P/zones/L/operations/ID`. */
  readonly projectId?: string;
  readonly location?: string;
}

const operationName =
  /(?:\bprojects\/([^/\s]+)\/(?:locations|zones|regions)\/([^/\s]+)\/)?\boperations\/([\w-]*\w)|\b(operation-(?=[\w-]*\d)[\w-]*\w)|\boperation "?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/gi;

export function operationsIn(message: string): NamedOperation[] {
  const named = [...message.matchAll(operationName)].map(
    ([, projectId, location, last, short, uuid]): NamedOperation => ({
      id: last ?? short ?? uuid ?? '',
      ...(projectId === undefined || location === undefined ? {} : { projectId, location }),
    }),
  );
  return named.filter(({ id }, at) => named.findIndex((one) => one.id === id) === at);
}
