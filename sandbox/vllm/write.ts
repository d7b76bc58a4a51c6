// Writes to a client that may disconnect at any time.
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** Aborted as soon as the client closes the connection before its answer is complete. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Ends early when the client disconnects. */
export async function pause(gone: AbortSignal, ms: number): Promise<void> {
  try {
    await wait(ms, undefined, { signal: gone });
  } catch {
    // The caller checks the signal.
  }
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  send(response, status, 'application/json', JSON.stringify(body));
}

export function send(
  response: ServerResponse,
  status: number,
  type: string | undefined,
  text: string,
): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...(type === undefined ? {} : { 'content-type': type }),
    'content-length': String(Buffer.byteLength(text)),
  });
  response.end(text);
}
