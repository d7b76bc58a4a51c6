// Bodies of requests, read within limits of size, time and memory.
import type { IncomingMessage } from 'node:http';

export interface BodyLimits {
  readonly bytes: number;
  /** A body that takes longer is refused; the server's own limit by default. */
  readonly withinMs?: number;
}

/** `busy`: unfinished bodies hold too much memory. */
export type BodyRefusal = 'too_large' | 'late' | 'busy';

export interface BodyReader {
  /** @param done is never called when the connection ends first. */
  read(
    request: IncomingMessage,
    limits: BodyLimits,
    done: (body: Buffer | BodyRefusal) => void,
  ): void;
}

/** Bytes. Slack's requests are smaller, so that large ones never displace them. */
const ordinaryBytes = 64 * 1024;
const sharedBytes = 16 * 1024 * 1024;

/** Any sender can hold a body open: the bytes beyond an ordinary size count against one limit of all requests. */
export function createBodyReader(): BodyReader {
  const shared = { held: 0 };
  return {
    read: (request, { bytes, withinMs }, done) => {
      const chunks: Buffer[] = [];
      const state = { size: 0, extra: 0, isOver: false };
      const end = (result: Buffer | BodyRefusal | undefined): void => {
        if (state.isOver) return;
        state.isOver = true;
        shared.held -= state.extra;
        clearTimeout(timer);
        if (result !== undefined) done(result);
      };
      const timer =
        withinMs === undefined ? undefined : setTimeout(() => end('late'), withinMs).unref();
      if (Number(request.headers['content-length'] ?? 0) > bytes) return end('too_large');
      request.on('data', (chunk: Buffer) => {
        if (state.isOver) return;
        state.size += chunk.length;
        const extra = Math.max(0, state.size - ordinaryBytes);
        shared.held += extra - state.extra;
        state.extra = extra;
        if (state.size > bytes) return end('too_large');
        if (shared.held > sharedBytes && extra > 0) return end('busy');
        chunks.push(chunk);
      });
      request.once('end', () => {
        const [first] = chunks;
        end(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
      });
      // A sender that has disconnected gets no response.
      request.once('close', () => end(undefined));
      request.once('error', () => end(undefined));
    },
  };
}
