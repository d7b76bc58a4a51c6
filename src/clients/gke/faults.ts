// gRPC errors of GKE -> faults.
import { LlmgwError, fail } from '../../kernel/errors.ts';
import { cloudFault, networkFailure } from '../shared/faults.ts';

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

export function gkeFault(
  error: unknown,
  call: { readonly doing: string; readonly projectId: string },
): LlmgwError {
  if (error instanceof LlmgwError) return error;
  const status = statusOf(error);
  if (status === undefined) {
    const network = networkFailure(error);
    return network === undefined
      ? fail('bug', 'unexpected', `${call.doing}: unexpected error`, { cause: error })
      : fail('transient', 'unavailable', `${call.doing}: GKE failed (${network})`);
  }
  return cloudFault(
    { status, message: textOf(error, 'details') ?? status, reason: textOf(error, 'reason') },
    { ...call, service: 'container.googleapis.com' },
  );
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

function textOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof Error) || !(field in error)) return undefined;
  const value = (error as Error & Record<string, unknown>)[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
