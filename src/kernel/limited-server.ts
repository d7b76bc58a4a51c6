// HTTP server with limits on connections and on arrival time of requests.
import { type RequestListener, type Server, createServer } from 'node:http';

const connectionLimit = 512;
/** ms. Callers send their requests in one piece. */
const headersMs = 5_000;
const requestMs = 10_000;
const checkEveryMs = 1_000;
/** Slack waits 3 s for a response: later ones reach no caller. */
const lastAnswerMs = 2_000;

export function createLimitedServer(listener: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkEveryMs,
    },
    listener,
  );
  server.maxConnections = connectionLimit;
  return server;
}

/** Resolves when the open requests have responses, or after a short time without them. */
export async function closeServer(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), lastAnswerMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(late);
}
