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
const ambiguous = new Set([
  '',
  'FAILED_PRECONDITION',
  'ABORTED',
  'INVALID_ARGUMENT',
  'CONFLICT',
  'ALREADY_EXISTS',
]);

interface Wording {
  readonly when: RegExp;
  readonly code: Obstacle['code'];
}

const done = '(done|over|ready|complete[sd]?|finish(es|ed)?|end(s|ed)?)';

/** Verbs after "is currently" that name a lasting state, not a change that ends. */
const lasting =
  '(preventing|blocking|using|having|holding|running|serving|referencing|requiring|exceeding|missing|lacking|failing|pointing)';

/** Wordings of something that ends by itself, for refusals without a reason: an operation, a state of transition. */
const wordings: readonly Wording[] = [
  // GKE: "Operation operation-17… is currently upgrading cluster x. Please wait and try again once it is done."
  { when: /\boperation-[\w-]+.{0,120}\bis (currently|still|already) \w+ing\b/is, code: 'busy' },
  {
    when: new RegExp(
      `\\b(operation|cluster|node ?pool|resource|instance|environment|organization)\\b.{0,120}\\bis (currently|still) (?!${lasting}\\b)\\w+ing\\b`,
      'is',
    ),
    code: 'busy',
  },
  // GKE: "Cluster is running incompatible operation operation-17…"
  {
    when: /\b(?<!\bno )(incompatible|conflicting|concurrent|another|ongoing|pending) operations?\b/i,
    code: 'busy',
  },
  // "There is already an operation in progress", "operation-17… is running"
  {
    when: /\boperations?\b.{0,200}\b(in progress|(is|are) (already |still |currently )?(running|under ?way|pending))\b/is,
    code: 'busy',
  },
  // "An upgrade of the cluster is in progress", "operation-17… has not finished"
  {
    when: /\b(upgrade|update|repair|resize|creation|deletion|maintenance|migration|rotation|provisioning)\b.{0,120}\bin progress\b/is,
    code: 'busy',
  },
  {
    when: /\boperation\b.{0,120}\b(has not|is not|hasn't|isn't) (yet )?(finished|completed?|done|ended|over)\b/is,
    code: 'busy',
  },
  // "Operation operation-17… must complete first", "wait for the detach operation to complete"
  {
    when: new RegExp(
      `\\boperation\\b.{0,120}\\b(must|has to|needs to) (first )?(be )?${done}\\b|\\bwait(ing)? for\\b.{0,120}\\bto (be )?${done}\\b|\\bwaiting for operation\\b`,
      'is',
    ),
    code: 'busy',
  },
  {
    when: /(?<!\b(from|without|before|after|by) )\bbeing (auto-?)?(created|updated|upgraded|modified|changed|deleted|resized|repaired|attached|detached|provisioned|configured|used by another operation)\b/i,
    code: 'busy',
  },
  // Apigee: "environment b is in state CREATING"
  {
    when: /\b(state:?|currently|still) "?(creating|updating|deleting|provisioning|reconciling|stopping|repairing|pending)\b/i,
    code: 'busy',
  },
  // GKE: "node pool p is in STOPPING state"
  {
    when: /\bin (an? |the )?"?(creating|updating|deleting|provisioning|reconciling|stopping|repairing)"? (state|status)\b/i,
    code: 'busy',
  },
  // Compute Engine: "The subnetwork resource 'a' is already being used by 'b'"
  { when: /\bis already being used by\b/i, code: 'in_use' },
  {
    when: /\b(concurrent|conflicting) (policy )?(changes?|updates?|modifications?|requests?)\b/i,
    code: 'conflict',
  },
  {
    when: /\bread-modify-write\b|\betag\b.{0,60}\b(mismatch|does not match|did not match|stale)\b/is,
    code: 'conflict',
  },
  { when: /\boperation rate exceeded\b|\btoo frequent operations\b/i, code: 'rate_limited' },
];

/** Wordings that do not say what ends, so that they count only where nothing is asked of a person. */
const hints: readonly Wording[] = [
  // Apigee: "the resource is locked by another operation where environment b is currently being created"
  { when: /\b(is|are) (currently )?locked\b|\blocked by\b/i, code: 'busy' },
  // Compute Engine: "The resource '…' is not ready"
  { when: /\bis not (yet )?ready\b/i, code: 'busy' },
  // The advice itself, whatever it is about.
  { when: /\bplease wait\b/i, code: 'busy' },
  { when: /\b(try|retry)( again)? (later|shortly|in (a|some|\d+))\b/i, code: 'busy' },
  {
    when: new RegExp(
      `\\b(try|retry)\\b.{0,40}\\b(once|when|after|until)\\b.{0,120}\\b${done}\\b`,
      'is',
    ),
    code: 'busy',
  },
];

/** What only a person can change, however politely the service asks for another try. */
const forPeople =
  /\bbilling\b|\borgani[sz]ation policy\b|\bconstraints\/|\bpolicy constraint\b|\bdeletion protection\b|\bliens?\b|\bquotas?\b|\b(please|and|then) (enable|disable|create|remove|delete|specify|choose|use|provide|correct|detach|request)\b/i;

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
  const told = forPeople.test(message) ? wordings : [...wordings, ...hints];
  const found = told.find(({ when }) => when.test(message));
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
