// vLLM's two error forms: flat up to 0.9, nested like OpenAI's from 0.10.
import type { ServedModel } from './served-model.ts';

export type ErrorType =
  'BadRequestError' | 'NotFoundError' | 'UnprocessableEntityError' | 'InternalServerError';

export class OpenAiError extends Error {
  readonly status: number;
  readonly type: ErrorType;

  constructor(status: number, type: ErrorType, message: string) {
    super(message);
    this.name = 'OpenAiError';
    this.status = status;
    this.type = type;
  }
}

export const badRequest = (message: string): OpenAiError =>
  new OpenAiError(400, 'BadRequestError', message);

export function errorBody(error: OpenAiError, model: ServedModel): object {
  const { message, type, status } = error;
  return isNested(model.version)
    ? { error: { message, type, param: null, code: status } }
    : { object: 'error', message, type, param: null, code: status };
}

/** In the middle of a stream both forms are under `error`. */
export function streamErrorBody(error: OpenAiError, model: ServedModel): object {
  const body = errorBody(error, model);
  return 'error' in body ? body : { error: body };
}

function isNested(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 0 || minor >= 10;
}
