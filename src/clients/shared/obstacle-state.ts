// Decision on an ambiguous refusal by the state of the service.
import type { Obstacle, Refusal } from './obstacle.ts';
import { asksPerson } from './obstacle-wordings.ts';

/** Time limit of a read of the state; without it in time, the wording decides. */
export const stateTimeoutMs = 5_000;

/** Limit of named operations that are looked up. */
export const mostNamedOperations = 3;

/** The service's view of the resource of a refused call. */
export interface ServiceState {
  /** An operation that the refusal names. */
  readonly named?: { readonly operation: string; readonly isDone: boolean } | undefined;
  /** A running operation on the resource itself. */
  readonly own?: string | undefined;
  /** A running operation on another resource of the same place. */
  readonly nearby?: string | undefined;
  /** Status of the resource, while it is transitional. */
  readonly transition?: string | undefined;
}

/** @returns an obstacle to wait for, `repeat` for a call to try again at once, undefined to decide by the wording. */
export function judgeByState(
  { message }: Pick<Refusal, 'message'>,
  { named, own, nearby, transition }: ServiceState,
): Obstacle | 'repeat' | undefined {
  const operation = named?.isDone === false ? named.operation : own;
  if (operation !== undefined) return { code: 'busy', operation };
  if (named !== undefined) return 'repeat';
  // A transitional state ends, but the refusal's demand on a person may remain.
  if (asksPerson(message)) return undefined;
  if (transition !== undefined) return { code: 'busy' };
  return nearby === undefined ? undefined : { code: 'busy', operation: nearby };
}

/** The refusal and the state that decided on it. */
export function withState(
  said: string,
  { code, operation }: Obstacle,
  state: ServiceState,
): string {
  if (code !== 'busy' || (operation !== undefined && said.includes(operation))) return said;
  const work = operation === undefined ? state.transition : `${operation} is running`;
  return work === undefined ? said : `${said}; current state: ${work}`;
}

/** A read whose failure decides nothing. */
export const orUnknown = <T>(look: Promise<T>): Promise<T | undefined> =>
  look.catch(() => undefined);
