// One Google API call: token, timeout, token refresh, error mapping, parsed answer.
import { parseJson } from '../../kernel/json.ts';
import type { OAuth2Client } from 'google-auth-library';
import type { z } from 'zod';
import { LlmgwError, fail } from '../../kernel/errors.ts';
import { type CloudCall, cloudFault } from '../shared/faults.ts';
import { connectionFault, isPassingStatus } from '../shared/outage.ts';
import { type AccessTokens, consumerOf, withToken } from '../shared/access-tokens.ts';
import { errorBody } from './schema.ts';

/** Options of every googleapis call. */
export interface GoogleCallOptions {
  /** Given per call: a root URL that is set on the client loses its path. Ends with a slash. */
  readonly rootUrl: string;
  readonly timeout: number;
  /** Off: the engine's policies handle retries. */
  readonly retry: false;
  readonly retryConfig: { readonly retry: 0 };
}

export type CallGoogle = <T>(
  call: Omit<CloudCall, 'service'>,
  run: (auth: OAuth2Client, options: GoogleCallOptions) => Promise<{ data: unknown }>,
  answer: z.ZodType<T>,
) => Promise<T>;

export function createCallGoogle(
  tokens: AccessTokens,
  service: string,
  rootUrl: string,
): CallGoogle {
  const options: GoogleCallOptions = {
    rootUrl,
    timeout: 30_000,
    retry: false,
    retryConfig: { retry: 0 },
  };
  return async (call, run, answer) => {
    const { OAuth2Client } = await import('google-auth-library');
    const attempt = async (token: string): Promise<unknown> => {
      const auth = new OAuth2Client();
      auth.setCredentials({ access_token: token });
      const quotaProject = await tokens.quotaProject?.(call.projectId);
      if (quotaProject !== undefined) auth.quotaProjectId = quotaProject;
      return (await run(auth, options)).data;
    };
    const body = await withToken(tokens, attempt, (error) => statusOf(error) === 401).catch(
      async (error: unknown) => {
        const isDenied = statusOf(error) === 403;
        const consumer = isDenied ? await consumerOf(tokens, call.projectId) : undefined;
        throw googleFault(error, { ...call, service, consumer });
      },
    );
    const parsed = answer.safeParse(body);
    if (parsed.success) return parsed.data;
    throw fail('bug', 'unexpected_answer', `${call.doing}: Google returned an unexpected answer`, {
      details: { issues: parsed.error.issues.map((issue) => issue.path.join('.')) },
    });
  };
}

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  412: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  501: 'UNIMPLEMENTED',
};

/** Any error of a googleapis call as a fault. Only status, reason and message are kept: the rest of a GaxiosError holds the token. */
export function googleFault(error: unknown, call: CloudCall): LlmgwError {
  if (error instanceof LlmgwError) return error;
  const status = statusOf(error);
  if (status === undefined) {
    const { doing, service } = call;
    return (
      connectionFault(error, { doing, service, name: service }) ??
      fail('bug', 'unexpected', `${doing}: unexpected error`, { cause: error })
    );
  }
  const parsed = errorBody.safeParse(bodyOf(error));
  const body = parsed.success ? parsed.data.error : undefined;
  const reason =
    body?.details?.find((detail) => detail.reason !== undefined)?.reason ??
    body?.errors?.find((item) => item.reason !== undefined)?.reason;
  return cloudFault(
    {
      status: canonical(body?.status) ?? canonicalOf(status, reason, body?.message ?? ''),
      message: body?.message ?? `Google returned status ${status}`,
      reason: reason === 'accessNotConfigured' ? 'SERVICE_DISABLED' : reason,
      consumer: body?.details?.find((detail) => detail.reason !== undefined)?.metadata?.[
        'consumer'
      ],
      retryAfterMs: retryAfterOf(error),
    },
    call,
  );
}

/** A bare 409 means a taken name or a concurrent write: its reason or its text decides. */
function canonicalOf(status: number, reason: string | undefined, message: string): string {
  if (status !== 409) {
    return statuses[status] ?? (isPassingStatus(status) ? 'UNAVAILABLE' : 'INVALID_ARGUMENT');
  }
  const isTaken =
    reason === 'alreadyExists' || reason === 'duplicate' || /already exists/i.test(message);
  return isTaken ? 'ALREADY_EXISTS' : 'ABORTED';
}

/** Compute Engine omits the canonical status, or has texts of its own. */
function canonical(status: string | undefined): string | undefined {
  return status !== undefined && /^[A-Z]+(_[A-Z]+)*$/.test(status) ? status : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = responseOf(error)?.status;
  return typeof status === 'number' ? status : undefined;
}

function bodyOf(error: unknown): unknown {
  const body = responseOf(error)?.data;
  return typeof body === 'string' ? parseJson(body) : body;
}

function retryAfterOf(error: unknown): number | undefined {
  const headers = responseOf(error)?.headers;
  // The library has its own Headers class, so this checks for the method and not for the type.
  const isHeaders = typeof headers === 'object' && headers !== null && Symbol.iterator in headers;
  const found = isHeaders ? new Headers(headers).get('retry-after') : null;
  const seconds = Number(found ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function responseOf(
  error: unknown,
): { status?: unknown; data?: unknown; headers?: unknown } | undefined {
  if (!(error instanceof Error) || !('response' in error)) return undefined;
  const response = error.response;
  return typeof response === 'object' && response !== null ? response : undefined;
}
