// Pauses that Slack asks for, read from Retry-After in any of its forms, or taken for granted where it is missing.

/** Of a 429 that names no pause. */
const defaultSeconds = 2;

/** @returns whole seconds, at least one. */
export function pauseSeconds(headers: Headers, nowMs = Date.now()): number {
  const given = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(given)) return Math.max(1, Math.ceil(Number(given)));
  const until = /[a-z]/i.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(until) ? defaultSeconds : Math.max(1, Math.ceil((until - nowMs) / 1000));
}

/** The library takes a 429 without a number of seconds for an error of its own. */
export async function fetchWithPause(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (response.status !== 429) return response;
  const headers = new Headers(response.headers);
  headers.set('retry-after', String(pauseSeconds(response.headers)));
  // What it says in its body is for nobody.
  await response.body?.cancel();
  return new Response(null, { status: 429, headers });
}
