// Mapping of GKE's gRPC errors to faults.
import { LlmgwError, fail } from '../../kernel/errors.ts';
import { type CloudCall, cloudFault } from '../shared/faults.ts';
import type { Refusal } from '../shared/obstacle.ts';
import { connectionFault } from '../shared/outage.ts';

const service = 'container.googleapis.com';

/** Position is the gRPC code. */
const canonical = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export function gkeFault(error: unknown, call: Omit<CloudCall, 'service'>): LlmgwError {
  if (error instanceof LlmgwError) return error;
  const status = statusOf(error);
  if (status === undefined) {
    return (
      connectionFault(error, { doing: call.doing, service, name: 'GKE' }) ??
      fail('bug', 'unexpected', `${call.doing}: unexpected error`, { cause: error })
    );
  }
  const { doing, projectId, consumer } = call;
  return cloudFault(
    { ...refusalAs(status, error), consumer: consumerIn(error) },
    { doing, projectId, consumer, service },
  );
}

/** undefined for an error that GKE did not send. */
export function refusalOf(error: unknown): Refusal | undefined {
  const status = error instanceof LlmgwError ? undefined : statusOf(error);
  return status === undefined ? undefined : refusalAs(status, error);
}

function refusalAs(status: string, error: unknown): Refusal {
  const message = textOf(error, 'details') ?? status;
  return { status, message, reason: textOf(error, 'reason') };
}

export function isUnauthenticated(error: unknown): boolean {
  return statusOf(error) === 'UNAUTHENTICATED';
}

function statusOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') {
    return undefined;
  }
  return canonical[error.code];
}

/** ErrorInfo, as Google's gRPC library returns it. */
function consumerIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errorInfoMetadata' in error)) return undefined;
  const { errorInfoMetadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('consumer' in metadata)) {
    return undefined;
  }
  return typeof metadata.consumer === 'string' ? metadata.consumer : undefined;
}

function textOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof Error) || !(field in error)) return undefined;
  const value = (error as Error & Record<string, unknown>)[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
