// The HTTP server of /healthz, /readyz, /livez and /metrics.
import type { Registry } from 'prom-client';
import type { Health } from './health.ts';
import { createLimitedServer } from './limited-server.ts';

export interface HealthServer {
  readonly port: number;
  stop(): Promise<void>;
}

type Answer = readonly [status: number, type: string, body: string];

/**
 * /healthz: 200 while every check passes. /readyz: 200 while the process takes traffic. /livez: 200 while it responds.
 * @throws Error when the port is taken.
 */
export async function startHealthServer(options: {
  /** All interfaces when absent. */
  host?: string | undefined;
  port: number;
  registry: Registry;
  health: Health;
}): Promise<HealthServer> {
  const { registry, health } = options;
  const answer = async (path: string): Promise<Answer> => {
    switch (path) {
      case '/metrics':
        return [200, registry.contentType, await registry.metrics()];
      case '/livez':
        return json(200, { status: 'ok' });
      case '/healthz': {
        const report = await health.report();
        return json(report.status === 'ok' ? 200 : 503, report);
      }
      case '/readyz': {
        const report = await health.report();
        return json(report.ready ? 200 : 503, report);
      }
      default:
        return [404, 'text/plain', 'not found\n'];
    }
  };
  const server = createLimitedServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    answer(path).then(
      ([status, type, body]) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: options.host }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(status: number, body: object): Answer {
  return [status, 'application/json', `${JSON.stringify(body)}\n`];
}
