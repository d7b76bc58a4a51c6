// Error taxonomy; errors cross Redis as plain faults.
import type { FaultCode } from './fault-codes.ts';
import type { Guidance } from './guidance.ts';
import { cutText } from './text.ts';
import { storeTrouble } from './store-faults.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Who acts: the asker (invalid, refused), the engine (transient), an operator (permanent, deadline), us (bug). */
export const errorKinds = [
  'invalid',
  'refused',
  'transient',
  'permanent',
  'deadline',
  'bug',
] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** The serialisable shape of an error: for the journal and for people. */
export interface Fault {
  readonly kind: ErrorKind;
  readonly code: FaultCode;
  /** One sentence: what happened, and the cause. Never contains a secret. */
  readonly message: string;
  /** The one next action for a person: an exact command, a link or an instruction. */
  readonly next?: Guidance;
  /** The gateway of its commands; absent for `default`. */
  readonly gateway?: string;
  /** Milliseconds to wait before a retry, if the service named them. */
  readonly retryAfterMs?: number;
  /** Transient only: it lasts for minutes, so the engine retries until the step's deadline. */
  readonly untilDeadline?: true;
  readonly details?: { readonly [key: string]: Json };
  readonly cause?: Fault;
}

export interface FaultOptions {
  readonly next?: Guidance | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly untilDeadline?: boolean | undefined;
  readonly details?: { readonly [key: string]: Json } | undefined;
  readonly cause?: unknown;
}

export class LlmgwError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.name = `LlmgwError(${fault.code})`;
    this.fault = fault;
  }
}

/** Builds the error of one kind: `throw fail('permanent', 'denied', 'sentence', { next })`. */
export function fail(
  kind: ErrorKind,
  code: FaultCode,
  message: string,
  options: FaultOptions = {},
): LlmgwError {
  const { next, retryAfterMs, untilDeadline, details, cause } = options;
  return new LlmgwError({
    kind,
    code,
    message,
    ...(next === undefined ? {} : { next }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(untilDeadline === true ? { untilDeadline } : {}),
    ...(details === undefined ? {} : { details }),
    ...(cause === undefined ? {} : { cause: toFault(cause) }),
  });
}

/** Any thrown value as a Fault; an unforeseen one is a bug. Keeps only the message of a foreign error, as its fields may hold credentials. */
export function toFault(error: unknown): Fault {
  if (error instanceof LlmgwError) return error.fault;
  if (isFault(error)) return error;
  const trouble = storeTrouble(error);
  if (trouble !== undefined) return trouble;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { kind: 'bug', code: 'unexpected', message: cutText(message, 2000) };
}

/** The fault with its gateway, which its commands then name. */
export function faultAbout(fault: Fault, gateway: string | undefined): Fault {
  return gateway === undefined || gateway === 'default' ? fault : { gateway, ...fault };
}

export function isFault(value: unknown): value is Fault {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'code' in value &&
    'message' in value &&
    errorKinds.some((kind) => kind === value.kind)
  );
}
