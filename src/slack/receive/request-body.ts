// The bytes of a request, as they came.
import type { IncomingMessage } from 'node:http';

/** @param done is never called when the connection ends first. */
export function readBody(
  request: IncomingMessage,
  limit: number,
  done: (body: Buffer | 'too_large') => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    if (size > limit) return;
    size += chunk.length;
    chunks.push(chunk);
    if (size > limit) done('too_large');
  });
  request.once('end', () => {
    const [first] = chunks;
    if (size > limit) return;
    done(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
  });
  // Whoever went away is owed no answer.
  request.once('error', () => undefined);
}
