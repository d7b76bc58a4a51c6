// Pauses from Slack's Retry-After in any form, or a default.
import { awakeTimeout } from './awake-timeout.ts';

/** Default for a 429 without a pause. */
const defaultSeconds = 2;

/** @returns whole seconds, at least one. */
export function pauseSeconds(headers: Headers, nowMs = Date.now()): number {
  const given = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(given)) return Math.max(1, Math.ceil(Number(given)));
  const until = /[a-z]/i.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(until) ? defaultSeconds : Math.max(1, Math.ceil((until - nowMs) / 1000));
}

/** The library treats a 429 without a number of seconds as its own error, and its timeout includes suspended time. */
export const fetchWithin =
  (ms: number): typeof fetch =>
  async (input, init) => {
    const timeout = awakeTimeout(ms);
    const signals = [timeout.signal, ...(init?.signal ? [init.signal] : [])];
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      // The body is part of the response.
      const body = await response.arrayBuffer();
      const { status, statusText } = response;
      const headers = new Headers(response.headers);
      if (status !== 429) {
        const content = body.byteLength === 0 ? null : body;
        return new Response(content, { status, statusText, headers });
      }
      headers.set('retry-after', String(pauseSeconds(response.headers)));
      // Its body is not used.
      return new Response(null, { status, headers });
    } finally {
      timeout.end();
    }
  };
