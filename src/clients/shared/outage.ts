// Faults of an unreachable service: outages, rate limits, certificates.
import { type LlmgwError, fail } from '../../kernel/errors.ts';
import { certificateFailure, connectionFailure } from '../../kernel/connection-failure.ts';

interface Wait {
  readonly retryAfterMs?: number | undefined;
  readonly details?: Readonly<Record<string, string | number>> | undefined;
}

/**
 * The engine retries until the step's deadline.
 * @param service names the outage in `details.away`: faults with the same name have the same cause.
 */
export function outageFault(service: string, said: string, wait: Wait = {}): LlmgwError {
  return fail('transient', 'unavailable', said, {
    retryAfterMs: wait.retryAfterMs,
    untilDeadline: true,
    details: { ...wait.details, away: service },
  });
}

/** Statuses of a transient failure of a server or its proxy: 408, 425, 429 and server errors. */
export function isPassingStatus(status: number): boolean {
  if (status === 501 || status === 505 || status === 511) return false;
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

export interface Connecting {
  /** Present participle: `Creating cluster infgw-cluster`. */
  readonly doing: string;
  /** Of `details.away`: `container.googleapis.com`. */
  readonly service: string;
  /** For people: `GKE`. */
  readonly name: string;
}

/** The error to throw without a response; undefined if the connection is not the cause. */
export function connectionFault(
  error: unknown,
  { doing, service, name }: Connecting,
): LlmgwError | undefined {
  const certificate = certificateFailure(error);
  if (certificate !== undefined) {
    // The cluster may have been recreated: looked up again, but only for the policy's time.
    return fail(
      'transient',
      'unavailable',
      `${doing}: the certificate of ${name} is not trusted (${certificate})`,
      {
        next: certificateAdvice(name),
        details: { away: `certificate of ${service}`, certificate },
      },
    );
  }
  const lost = connectionFailure(error);
  return lost === undefined
    ? undefined
    : outageFault(service, `${doing}: ${name} cannot be reached (${lost})`);
}

export const certificateAdvice = (name: string): string =>
  `Check the bot's clock, check that no proxy replaces the certificate of ${name}, then retry.`;
