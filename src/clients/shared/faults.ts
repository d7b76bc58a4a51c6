// Mapping of Google's canonical error codes to faults. Pure.
import { LlmgwError, fail } from '../../kernel/errors.ts';
import { consumerFault } from './consumer.ts';
import { obstacleFault, obstacleOf, reasonCode } from './obstacle.ts';
import { outageFault } from './outage.ts';

/** Error of a cloud call, independent of its protocol. */
export interface CloudFailure {
  /** Canonical code: `PERMISSION_DENIED`, `UNAVAILABLE`, … */
  readonly status: string;
  readonly message: string;
  /** ErrorInfo's reason: `SERVICE_DISABLED`, `RATE_LIMIT_EXCEEDED`, … */
  readonly reason?: string | undefined;
  /** ErrorInfo's `metadata.consumer`: the project that the call counts against. */
  readonly consumer?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

export interface CloudCall {
  /** Present participle, without a full stop: `Creating cluster infgw-cluster`. */
  readonly doing: string;
  /** `container.googleapis.com` */
  readonly service: string;
  readonly projectId: string;
  /** Id of the project that the call counts against, if the credentials name it. */
  readonly consumer?: string | undefined;
}

/** The role that llmgw needs per service, for the command that grants it. */
const roles: Readonly<Record<string, string>> = {
  'container.googleapis.com': 'roles/container.admin',
  'iam.googleapis.com': 'roles/iam.serviceAccountAdmin',
  'cloudresourcemanager.googleapis.com': 'roles/resourcemanager.projectIamAdmin',
  'compute.googleapis.com': 'roles/compute.networkAdmin',
  'serviceusage.googleapis.com': 'roles/serviceusage.serviceUsageAdmin',
  'cloudbilling.googleapis.com': 'roles/browser',
};

// "Insufficient tokens for quota" is about a rate.
const shortages =
  /insufficient (?!tokens\b).*quota|quota '?\w+'? exceeded|QUOTA_EXCEEDED|is short '/i;
const capacity = /ZONE_RESOURCE_POOL_EXHAUSTED|GCE_STOCKOUT|does not have enough resources/i;

/** @returns the error to throw: the caller catches `not_found` and `already_exists` if they are results. */
export function cloudFault(failure: CloudFailure, call: CloudCall): LlmgwError {
  const said = `${call.doing}: ${failure.message.trim()}`;
  const wait = { retryAfterMs: failure.retryAfterMs };
  if (reasonCode(failure.reason) === undefined) {
    if (shortages.test(failure.message)) return quotaFault(failure, call);
    if (capacity.test(failure.message)) return capacityFault(said);
  }
  const obstacle = obstacleOf(failure);
  if (obstacle !== undefined) return obstacleFault(obstacle, said, wait);
  switch (failure.status) {
    case 'UNAUTHENTICATED':
      return fail('permanent', 'unauthenticated', said, {
        next: "Check the bot's Google credentials: bind Workload Identity, or run `gcloud auth application-default login`.",
      });
    case 'PERMISSION_DENIED':
      return deniedFault(failure, call, said);
    case 'NOT_FOUND':
      return fail('permanent', 'not_found', said, {
        next: 'Check the names in the configuration.',
      });
    case 'ALREADY_EXISTS':
      return fail('refused', 'already_exists', said, {
        next: 'Remove it, or choose another name in the configuration.',
      });
    case 'RESOURCE_EXHAUSTED':
      return fail('transient', 'rate_limited', said, { ...wait, untilDeadline: true });
    case 'ABORTED':
    case 'FAILED_PRECONDITION':
    case 'INVALID_ARGUMENT':
    case 'OUT_OF_RANGE':
    case 'UNIMPLEMENTED':
      return rejected(said);
    case 'CANCELLED':
    case 'DEADLINE_EXCEEDED':
    case 'INTERNAL':
    case 'UNAVAILABLE':
    case 'UNKNOWN':
      return outageFault(call.service, said, wait);
    default:
      return fail('bug', 'unexpected_status', `${said} (${failure.status})`);
  }
}

function rejected(said: string): LlmgwError {
  return fail('permanent', 'rejected', said, {
    next: 'Correct the configuration, then retry the run.',
  });
}

function capacityFault(said: string): LlmgwError {
  return fail('permanent', 'no_capacity', said, {
    next: 'This zone has no capacity for the machine type. Set another ZONE or MACHINE_TYPE, or retry later.',
  });
}

function deniedFault(failure: CloudFailure, call: CloudCall, said: string): LlmgwError {
  const ofConsumer = consumerFault(failure, call, said);
  if (ofConsumer !== undefined) return ofConsumer;
  const role = roles[call.service] ?? 'roles/editor';
  return fail('permanent', 'denied', said, {
    next: `Grant the bot's service account ${role}: \`gcloud projects add-iam-policy-binding ${call.projectId} --member serviceAccount:BOT --role ${role}\`.`,
    details: { service: call.service, role },
  });
}

function quotaFault(failure: CloudFailure, call: CloudCall): LlmgwError {
  const figures = /resource "(\w+)": request requires '([\d.]+)' and is short '([\d.]+)'/.exec(
    failure.message,
  );
  const metric = figures?.[1] ?? /quota '(\w+)' exceeded/i.exec(failure.message)?.[1];
  const limit = /has a quota of '([\d.]+)' with '([\d.]+)' available/.exec(failure.message);
  return fail('permanent', 'quota_exceeded', `${call.doing}: ${failure.message.trim()}`, {
    next: `Request more${metric === undefined ? '' : ` ${metric}`} at ${quotaPage(call.projectId)}, then retry.`,
    details: {
      ...(metric === undefined ? {} : { metric }),
      ...(figures?.[2] === undefined ? {} : { needed: Number(figures[2]) }),
      ...(figures?.[3] === undefined ? {} : { short: Number(figures[3]) }),
      ...(limit?.[1] === undefined ? {} : { limit: Number(limit[1]) }),
    },
  });
}

/** Page that shows a project's quotas and their increase. */
export function quotaPage(projectId: string): string {
  return `https://console.cloud.google.com/iam-admin/quotas?project=${projectId}`;
}

/** `undefined` instead of a not_found fault. */
export async function orMissing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof LlmgwError && error.fault.code === 'not_found') return undefined;
    throw error;
  }
}
