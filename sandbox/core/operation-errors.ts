// Injected errors of operations that are accepted and fail at their end.

/** Fails the next operation of this kind; then the entry is removed. Set through `PATCH /_sandbox/state/:service`. */
export interface OperationError {
  readonly kind: string;
  /** google.rpc.Code, e.g. 8 for an exhausted resource. */
  readonly code: number;
  readonly message: string;
}

export interface FailsOperations {
  operationErrors?: OperationError[];
}

/** Removes and returns the injected error for an operation of this kind, if any. */
export function takeError(
  state: FailsOperations,
  kind: string,
): { code: number; message: string } | undefined {
  const errors = state.operationErrors ?? [];
  const at = errors.findIndex((one) => one.kind === kind);
  const [found] = at < 0 ? [] : errors.splice(at, 1);
  return found === undefined ? undefined : { code: found.code, message: found.message };
}
