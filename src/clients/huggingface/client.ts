// Hugging Face client: token check and model access.
import { parseJson } from '../../kernel/json.ts';
import { type LlmgwError, fail } from '../../kernel/errors.ts';
import { certificateFailure, connectionFailure } from '../../kernel/connection-failure.ts';
import { account as accountAnswer } from './schema.ts';

export interface Account {
  readonly name: string;
}

/** `missing`: no such model, or one that is hidden from the account; the Hub does not distinguish the two. */
export type ModelAccess = 'allowed' | 'gated' | 'missing';

export interface HuggingFaceClient {
  /** undefined when the Hub refuses the token. */
  whoami(token: string, signal?: AbortSignal): Promise<Account | undefined>;
  /** @param token one that `whoami` accepts: with a refused one, every model looks missing. */
  modelAccess(token: string, model: string, signal?: AbortSignal): Promise<ModelAccess>;
}

const timeoutMs = 10_000;

/** @param url the Hub, or a mirror of it: `https://huggingface.co`. */
export function createHuggingFace(url: string): HuggingFaceClient {
  const get = (doing: string, path: string, token: string, signal?: AbortSignal) =>
    fetchFrom(`${url.replace(/\/+$/, '')}/api/${path}`, { doing, token, signal });
  return {
    whoami: async (token, signal) => {
      const doing = 'Checking the Hugging Face token';
      const response = await get(doing, 'whoami-v2', token, signal);
      if (response.status === 401) return undefined;
      if (!response.ok) throw unavailable(doing, response);
      const parsed = accountAnswer.safeParse(parseJson(response.text));
      if (parsed.success) return parsed.data;
      throw fail('permanent', 'unexpected_answer', `${doing}: the answer names no account`, {
        next: 'Set HF_URL to the Hugging Face Hub or a mirror.',
      });
    },
    modelAccess: async (token, model, signal) => {
      const doing = `Checking access to ${model} on Hugging Face`;
      const path = model.split('/').map(encodeURIComponent).join('/');
      const response = await get(doing, `models/${path}/auth-check`, token, signal);
      if (response.ok) return 'allowed';
      if (response.status === 403) return 'gated';
      if (response.status === 401 || response.status === 404) return 'missing';
      throw unavailable(doing, response);
    },
  };
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

async function fetchFrom(
  url: string,
  call: { doing: string; token: string; signal: AbortSignal | undefined },
): Promise<Answer> {
  const { doing, token, signal } = call;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      // Redirects are off, as the token must not reach another host.
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const { ok, status, headers } = response;
    return { ok, status, text: await response.text(), retryAfter: headers.get('retry-after') };
  } catch (error) {
    signal?.throwIfAborted();
    const why = certificateFailure(error) ?? connectionFailure(error) ?? 'no connection';
    throw fail('transient', 'unavailable', `${doing}: Hugging Face cannot be reached (${why})`);
  }
}

function unavailable(doing: string, { status, retryAfter }: Answer): LlmgwError {
  const seconds = Number(retryAfter ?? NaN);
  return fail(
    'transient',
    status === 429 ? 'rate_limited' : 'unavailable',
    `${doing}: Hugging Face returned status ${status}`,
    { retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined },
  );
}
