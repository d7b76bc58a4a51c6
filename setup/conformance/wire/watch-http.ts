// Recorder of node:http, which Google's REST libraries use.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { type OpenExchange, type WireListener, openExchange } from './exchange.ts';

/** @returns a function that ends it. */
export function watchHttp(listener: WireListener): () => void {
  const open = new WeakMap<ClientRequest, OpenExchange>();
  const created = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    const { protocol, method, path } = request;
    const url = `${protocol}//${String(request.getHeader('host'))}${path}`;
    const exchange = openExchange(listener, { method, url });
    if (exchange === undefined) return;
    open.set(request, exchange);
    copyWrites(request, exchange);
  };
  const answered = (message: unknown): void => {
    const { request, response } = message as {
      readonly request: ClientRequest;
      readonly response: IncomingMessage;
    };
    const exchange = open.get(request);
    if (exchange === undefined) return;
    const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    exchange.answered(response.statusCode ?? 0, Object.fromEntries(headers) as typeof noHeaders);
    copyPushes(response, exchange);
  };
  const failed = (message: unknown): void =>
    open.get((message as { readonly request: ClientRequest }).request)?.end();
  subscribe('http.client.request.created', created);
  subscribe('http.client.response.finish', answered);
  subscribe('http.client.request.error', failed);
  return () => {
    unsubscribe('http.client.request.created', created);
    unsubscribe('http.client.response.finish', answered);
    unsubscribe('http.client.request.error', failed);
  };
}

const noHeaders: Readonly<Record<string, string>> = {};

interface Writable {
  write(...given: never[]): boolean;
  end(...given: never[]): unknown;
}

/** A listener for the data would take it from its reader, so the stream's own entry is wrapped. */
export function copyPushes(
  stream: { push(chunk: unknown, encoding?: BufferEncoding): boolean },
  exchange: OpenExchange,
): void {
  const push = stream.push.bind(stream);
  stream.push = (chunk, encoding) => {
    if (chunk === null) exchange.end();
    else exchange.received(chunk);
    return push(chunk, encoding);
  };
}

export function copyWrites(stream: Writable, exchange: OpenExchange): void {
  const write = stream.write.bind(stream);
  const end = stream.end.bind(stream);
  stream.write = (...given) => {
    exchange.sent(given[0]);
    return write(...given);
  };
  stream.end = (...given) => {
    exchange.sent(given[0]);
    return end(...given);
  };
}
