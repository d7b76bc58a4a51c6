// Recorder of fetch, for undici's calls to Apigee, Slack, cluster and model.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type OpenExchange, type WireListener, openExchange } from './exchange.ts';

/** The event of undici for a request, from Node's own copy or the package. */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly path: string;
  readonly method: string;
}

interface UndiciMessage {
  readonly request: UndiciRequest;
  readonly chunk?: unknown;
  readonly response?: { readonly statusCode: number; readonly headers: readonly Uint8Array[] };
}

/** @returns a function that ends it. */
export function watchFetch(listener: WireListener): () => void {
  const open = new WeakMap<UndiciRequest, OpenExchange>();
  const handlers: Readonly<Record<string, (message: UndiciMessage) => void>> = {
    create: ({ request }) => {
      const { origin, path, method } = request;
      const exchange = openExchange(listener, { method, url: `${String(origin)}${path}` });
      if (exchange !== undefined) open.set(request, exchange);
    },
    bodyChunkSent: ({ request, chunk }) => open.get(request)?.sent(chunk),
    headers: ({ request, response }) => {
      if (response !== undefined) {
        open.get(request)?.answered(response.statusCode, headersOf(response.headers));
      }
    },
    bodyChunkReceived: ({ request, chunk }) => open.get(request)?.received(chunk),
    trailers: ({ request }) => open.get(request)?.end(),
    error: ({ request }) => open.get(request)?.end(),
  };
  const subscribed = Object.entries(handlers).map(([name, handle]) => {
    const channel = `undici:request:${name}`;
    const onMessage = (message: unknown): void => handle(message as UndiciMessage);
    subscribe(channel, onMessage);
    return () => void unsubscribe(channel, onMessage);
  });
  return () => subscribed.forEach((end) => end());
}

/** Names and values alternate. */
function headersOf(raw: readonly Uint8Array[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    headers[String(raw[at]).toLowerCase()] = String(raw[at + 1]);
  }
  return headers;
}
