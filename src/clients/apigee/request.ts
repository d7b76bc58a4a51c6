// One Apigee API call: token, timeout, error mapping, parsed answer.
import { parseJson } from '../../kernel/json.ts';
import type { z } from 'zod';
import { LlmgwError, fail } from '../../kernel/errors.ts';
import { consumerOf, headersFor, withToken } from '../shared/access-tokens.ts';
import { orMissing } from '../shared/faults.ts';
import { judgeByState } from '../shared/obstacle-state.ts';
import { hasActivity, readActivity } from './activity.ts';
import type { ApigeeOptions } from './client.ts';
import { networkError, refusalError, undecidedRefusal } from './fault.ts';

export interface ApigeeCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1/organizations/O`; built with `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  /** Description of the call for people: never a key. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Requests {
  /** Reads the answer by its schema. */
  send<Schema extends z.ZodType>(call: ApigeeCall, schema: Schema): Promise<z.output<Schema>>;
  /** Like send, but undefined for a 404 from Apigee. */
  find<Schema extends z.ZodType>(
    call: ApigeeCall,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined>;
  /** For calls without a relevant response; false for a 404 from Apigee. */
  tell(call: ApigeeCall): Promise<boolean>;
}

export function createRequests(options: ApigeeOptions): Requests {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const projectId = options.projectId ?? options.organization;
  const base = `${options.url.replace(/\/+$/, '')}/v1/organizations/${encodeURIComponent(options.organization)}`;

  const url = ({ path, query }: ApigeeCall): string =>
    `${base}${path}${query === undefined ? '' : `?${new URLSearchParams(query).toString()}`}`;

  async function exchange(call: ApigeeCall): Promise<string> {
    call.signal?.throwIfAborted();
    return withToken(options.tokens, (token) => attempt(call, token, true), isUnauthenticated);
  }

  async function attempt(call: ApigeeCall, token: string, mayRepeat: boolean): Promise<string> {
    const { status, text, retryAfter } = await fetchText(url(call), call, {
      timeoutMs,
      headers: await headersFor(options.tokens, token, projectId),
    });
    if (status >= 200 && status < 300) return text;
    const { organization } = options;
    const consumer = status === 403 ? await consumerOf(options.tokens, projectId) : undefined;
    const refusal = {
      what: call.what,
      organization,
      projectId,
      consumer,
      status,
      body: text,
      retryAfter,
    };
    const undecided = hasActivity(call) ? undecidedRefusal(refusal) : undefined;
    if (undecided === undefined) throw refusalError(refusal);
    const state = await readActivity(requests, call, undecided);
    const obstacle = judgeByState(undecided, state);
    // A refused call had no effect, so it is repeated once.
    if (obstacle === 'repeat' && mayRepeat) return attempt(call, token, false);
    const isDecided = obstacle !== undefined && obstacle !== 'repeat';
    throw refusalError(refusal, isDecided ? { obstacle, state } : undefined);
  }

  async function send<Schema extends z.ZodType>(
    call: ApigeeCall,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const text = await exchange(call);
    const parsed = schema.safeParse(text === '' ? {} : parseJson(text));
    if (parsed.success) return parsed.data;
    // The response stays out of the message, as it may contain a key.
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw fail(
      'permanent',
      'unexpected_answer',
      `Apigee returned an unexpected answer to the request to ${call.what}`,
      {
        next: 'Set APIGEE_URL to the Apigee management API (v1).',
        details: { fields: where },
      },
    );
  }

  const requests: Requests = {
    send,
    find: (call, schema) => orMissing(send(call, schema)),
    tell: async (call) => (await orMissing(exchange(call))) !== undefined,
  };
  return requests;
}

async function fetchText(
  url: string,
  call: ApigeeCall,
  {
    timeoutMs,
    headers,
  }: { readonly timeoutMs: number; readonly headers: Readonly<Record<string, string>> },
) {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: call.method,
      headers: { ...headers, 'content-type': contentType(call) },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      redirect: 'error',
      signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
    });
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: response.headers.get('retry-after'),
    };
  } catch (error) {
    call.signal?.throwIfAborted();
    throw networkError(call.what, error, timeoutMs);
  }
}

const isUnauthenticated = (error: unknown): boolean =>
  error instanceof LlmgwError && error.fault.details?.['status'] === 401;

/** Apigee requires octet-stream for its bare `?action=` calls. */
function contentType(call: ApigeeCall): string {
  return call.query?.['action'] === undefined ? 'application/json' : 'application/octet-stream';
}
