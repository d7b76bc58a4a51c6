// The fault `truncate`: an answer that ends in the middle of its body.
import type { ServerResponse } from 'node:http';

/** Call before sending: the headers announce the whole body, half of the last piece follows, then the connection closes. */
export function truncateAnswer(response: ServerResponse): void {
  response.end = ((piece?: unknown) => {
    const whole =
      typeof piece === 'string' || piece instanceof Uint8Array
        ? Buffer.from(piece)
        : Buffer.alloc(0);
    if (!response.headersSent && !response.hasHeader('transfer-encoding')) {
      response.setHeader('content-length', whole.length);
    }
    const half = whole.subarray(0, Math.floor(whole.length / 2));
    // An empty piece is not written, and the headers would not be sent.
    if (half.length === 0) response.flushHeaders();
    response.write(half, () => response.destroy());
    return response;
  }) as ServerResponse['end'];
}
