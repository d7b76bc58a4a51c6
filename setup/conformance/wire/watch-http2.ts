// Recorder of HTTP/2 streams, for gRPC calls of GKE.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { status as grpcStatus } from '@grpc/grpc-js';
import { type WireListener, openExchange } from './exchange.ts';
import { copyWrites } from './watch-http.ts';

/** @returns a function that ends it. */
export function watchHttp2(listener: WireListener): () => void {
  const created = (message: unknown): void => {
    const { stream, headers } = message as {
      readonly stream: ClientHttp2Stream;
      readonly headers: OutgoingHttpHeaders;
    };
    const url = `grpc://${String(headers[':authority'])}${String(headers[':path'])}`;
    const exchange = openExchange(listener, { method: 'gRPC', url });
    if (exchange === undefined) return;
    copyWrites(stream, exchange);
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
      exchange.received(chunk);
      return push(chunk, encoding);
    };
    const onHeaders = (given: IncomingHttpHeaders): void => {
      const code = Number(given['grpc-status'] ?? Number.NaN);
      if (Number.isNaN(code)) return;
      const words = { 'grpc-message': decodeURIComponent(String(given['grpc-message'] ?? '')) };
      exchange.answered(grpcStatus[code] ?? String(code), words);
    };
    // An answer without a message has its status in its first headers.
    stream.on('response', onHeaders);
    stream.on('trailers', onHeaders);
    stream.on('close', exchange.end);
  };
  subscribe('http2.client.stream.created', created);
  return () => void unsubscribe('http2.client.stream.created', created);
}
