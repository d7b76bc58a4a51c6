// Refusals that mean "later": other services' codes and wordings, in one table.
import { type Fault, type LlmgwError, fail } from '../../kernel/errors.ts';

/** A refusal as its service words it. */
export interface Refusal {
  /** Canonical code, where the service gives one: `FAILED_PRECONDITION`. */
  readonly status: string;
  /** ErrorInfo's reason, or the one of an item of `errors[]`. */
  readonly reason?: string | undefined;
  readonly message: string;
}

/** What is in the way, for the engine and for people. */
export interface Obstacle {
  readonly code: 'busy' | 'in_use' | 'rate_limited' | 'conflict';
  /** Short name of the operation to wait for, where the service names it. */
  readonly operation?: string;
}

/** Documented reasons; they outrank every wording. */
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

/** Codes that a service may give to a refusal for now as well as to one for good; '' is a bare HTTP 400 or 409. */
const ambiguous = new Set(['', 'FAILED_PRECONDITION', 'ABORTED', 'INVALID_ARGUMENT', 'CONFLICT']);

/**
 * Wordings, for refusals without a reason. All of them speak of something that ends by itself: an operation, a lock,
 * a state of transition.
 */
const wordings: readonly { readonly when: RegExp; readonly code: Obstacle['code'] }[] = [
  // GKE: "Operation operation-17… is currently upgrading cluster x. Please wait and try again once it is done."
  { when: /\boperation\b.{0,200}\bis (currently|still|already) \w+ing\b/is, code: 'busy' },
  {
    when: /\b(cluster|node ?pool|resource|instance)\b.{0,120}\bis (currently|still) \w+ing\b/is,
    code: 'busy',
  },
  // GKE: "Cluster is running incompatible operation operation-17…"
  {
    when: /\b(incompatible|conflicting|concurrent|another|other|ongoing|pending) operations?\b/i,
    code: 'busy',
  },
  {
    when: /\boperations?\b.{0,200}\b(is|are) (already |still |currently )?(in progress|running|under ?way|pending)\b/is,
    code: 'busy',
  },
  {
    when: /\b(is|are) (currently |still |already )?being (created|updated|upgraded|modified|changed|deleted|resized|repaired|attached|detached|provisioned|configured|used by another operation)\b/i,
    code: 'busy',
  },
  // Apigee: "the resource is locked by another operation where environment b is currently being created"
  { when: /\b(is|are) (currently )?locked\b|\blocked by\b/i, code: 'busy' },
  // Apigee: "environment b is in state CREATING"
  {
    when: /\bstate:? "?(creating|updating|deleting|provisioning|reconciling|pending)\b/i,
    code: 'busy',
  },
  // Compute Engine: "The subnetwork resource 'a' is already being used by 'b'"
  { when: /\bis already being used by\b/i, code: 'in_use' },
  // Compute Engine: "The resource '…' is not ready"
  { when: /\bis not (yet )?ready\b/i, code: 'busy' },
  {
    when: /\b(concurrent|conflicting) (policy )?(changes?|updates?|modifications?|requests?)\b/i,
    code: 'conflict',
  },
  {
    when: /\bread-modify-write\b|\betag\b.{0,60}\b(mismatch|does not match|did not match|stale)\b/is,
    code: 'conflict',
  },
  { when: /\boperation rate exceeded\b|\btoo frequent operations\b/i, code: 'rate_limited' },
  // The advice itself, whatever it is about.
  {
    when: /\bplease (wait|retry|try)\b.{0,80}\b(once|when|after|until|later|again)\b/is,
    code: 'busy',
  },
  { when: /\b(try|retry) again (later|once|when|after|in)\b/i, code: 'busy' },
];

/** What is in the way, when the refusal holds only for now; undefined when it holds for good. */
export function obstacleOf({ status, reason, message }: Refusal): Obstacle | undefined {
  const code = reasonCode(reason) ?? wordingCode(status, message);
  if (code === undefined) return undefined;
  const operation = operationIn(message);
  return operation === undefined ? { code } : { code, operation };
}

export function reasonCode(reason: string | undefined): Obstacle['code'] | undefined {
  return reason === undefined ? undefined : byReason[reason];
}

function wordingCode(status: string, message: string): Obstacle['code'] | undefined {
  if (!ambiguous.has(status)) return undefined;
  const found = wordings.find(({ when }) => when.test(message));
  if (found !== undefined) return found.code;
  // By definition of the code, the same call may succeed when it is made again.
  return status === 'ABORTED' ? 'conflict' : undefined;
}

/** The error to throw. A rate is waited for as its policy says; everything else until the step's deadline. */
export function laterFault(
  { code, operation }: Obstacle,
  said: string,
  more: { readonly retryAfterMs?: number | undefined; readonly details?: Fault['details'] } = {},
): LlmgwError {
  const details = { ...more.details, ...(operation === undefined ? {} : { waitsFor: operation }) };
  return fail('transient', code, said, {
    retryAfterMs: more.retryAfterMs,
    untilDeadline: code !== 'rate_limited',
    ...(Object.keys(details).length === 0 ? {} : { details }),
  });
}

/** `operation-1700000000000-abcd`, or the last part of `…/operations/ID`. */
function operationIn(message: string): string | undefined {
  return /\b(operation-[\w-]+)/i.exec(message)?.[1] ?? /\boperations\/([\w-]+)/.exec(message)?.[1];
}
