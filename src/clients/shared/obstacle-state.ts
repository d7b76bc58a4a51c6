// Decision on an ambiguous refusal by the state of the service.
import type { Obstacle, Refusal } from './obstacle.ts';
import { asksPerson } from './obstacle-wordings.ts';

/** Bounds a look at the state; a service that takes longer leaves the verdict to the wording. */
export const stateTimeoutMs = 5_000;

/** Operations that a refusal names and that are looked up. */
export const mostNamedOperations = 3;

/** What the service says of the thing that a refused call was about. */
export interface ServiceState {
  /** Of an operation that the refusal names. */
  readonly named?: { readonly operation: string; readonly isDone: boolean } | undefined;
  /** An operation that runs on the thing itself. */
  readonly own?: string | undefined;
  /** An operation that runs on another thing of the same place. */
  readonly nearby?: string | undefined;
  /** Status of the thing, while it is one of transition. */
  readonly transition?: string | undefined;
}

/** @returns an obstacle to wait for, `repeat` for a call worth another try at once, undefined to judge by the wording. */
export function judgeByState(
  { message }: Pick<Refusal, 'message'>,
  { named, own, nearby, transition }: ServiceState,
): Obstacle | 'repeat' | undefined {
  const operation = named?.isDone === false ? named.operation : own;
  if (operation !== undefined) return { code: 'busy', operation };
  if (named !== undefined) return 'repeat';
  // A state of transition ends, but what the refusal asks of a person may stay afterwards.
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

/** A look whose failure decides nothing. */
export const orUnknown = <T>(look: Promise<T>): Promise<T | undefined> =>
  look.catch(() => undefined);
