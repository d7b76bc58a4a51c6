// Bodies of exchanges as JSON: plain, compressed, streamed, or protocol buffers.
import { brotliDecompressSync, inflateSync, unzipSync, zstdDecompressSync } from 'node:zlib';
import type { Json } from '../../../src/kernel/errors.ts';
import { parseJson } from '../../../src/kernel/json.ts';
import type { RawExchange } from './exchange.ts';

export interface Bodies {
  readonly request: Json | undefined;
  readonly response: Json | undefined;
}

export async function readBodies(exchange: RawExchange): Promise<Bodies> {
  const { requestBody, responseBody, headers, status } = exchange;
  if (exchange.method !== 'gRPC') {
    return {
      request: readText(requestBody.toString()),
      response: readText(decompress(responseBody, headers['content-encoding'])),
    };
  }
  const method = new URL(exchange.url).pathname.split('/').at(-1) ?? '';
  const request = await readMessage(method, 'request', requestBody);
  if (status === 'OK') {
    return { request, response: await readMessage(method, 'response', responseBody) };
  }
  return { request, response: { message: headers['grpc-message'] ?? '' } };
}

function decompress(body: Buffer, encoding: string | undefined): string {
  try {
    if (encoding === 'gzip') return unzipSync(body).toString();
    if (encoding === 'br') return brotliDecompressSync(body).toString();
    if (encoding === 'deflate') return inflateSync(body).toString();
    if (encoding === 'zstd') return zstdDecompressSync(body).toString();
  } catch {
    // A truncated body.
    return '';
  }
  return body.toString();
}

/** JSON; the events of a stream as a list; else the text. */
function readText(text: string): Json | undefined {
  if (text === '') return undefined;
  const whole = parseJson(text) as Json | undefined;
  if (whole !== undefined) return whole;
  const events = text
    .split('\n')
    .map((line) => parseJson(line.replace(/^data: ?/, '')) as Json | undefined)
    .filter((event) => event !== undefined);
  if (events.length > 0) return { events };
  const isForm = /^[\w.%-]+=[^\s]*$/.test(text);
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : { text };
}

/** Messages of the calls that llmgw makes; the library's own table is not public. */
const messages: Readonly<Record<string, { readonly request: string; readonly response: string }>> =
  {
    GetCluster: { request: 'GetClusterRequest', response: 'Cluster' },
    ListOperations: { request: 'ListOperationsRequest', response: 'ListOperationsResponse' },
    GetOperation: { request: 'GetOperationRequest', response: 'Operation' },
    CreateCluster: { request: 'CreateClusterRequest', response: 'Operation' },
    DeleteCluster: { request: 'DeleteClusterRequest', response: 'Operation' },
  };

interface MessageType {
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Json;
}

async function readMessage(
  method: string,
  side: 'request' | 'response',
  frames: Buffer,
): Promise<Json | undefined> {
  const name = messages[method]?.[side];
  if (name === undefined) return { text: `a message of ${method}` };
  // The length comes after one byte that says whether the message is compressed.
  if (frames.length < 5 || frames[0] !== 0) return undefined;
  const message = frames.subarray(5, 5 + frames.readUInt32BE(1));
  const { protos } = await import('@google-cloud/container');
  const types = protos.google.container.v1 as unknown as Readonly<Record<string, MessageType>>;
  const type = types[name];
  const plain = { enums: String, longs: String, bytes: String, defaults: false };
  return type?.toObject(type.decode(message), plain);
}
