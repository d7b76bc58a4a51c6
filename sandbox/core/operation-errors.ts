// Operations that are taken in and fail at their end: done, with an error in place of what they were to bring.

/** The next operation of this kind fails so; then the entry is gone. Set through `PATCH /_sandbox/state/:service`. */
export interface OperationError {
  readonly kind: string;
  /** google.rpc.Code, e.g. 8 for a resource that is exhausted. */
  readonly code: number;
  readonly message: string;
}

export interface FailsOperations {
  operationErrors?: OperationError[];
}

/** Takes the error out that an operation of this kind is to end with, if there is one. */
export function takeError(
  state: FailsOperations,
  kind: string,
): { code: number; message: string } | undefined {
  const errors = state.operationErrors ?? [];
  const at = errors.findIndex((one) => one.kind === kind);
  const [found] = at < 0 ? [] : errors.splice(at, 1);
  return found === undefined ? undefined : { code: found.code, message: found.message };
}
