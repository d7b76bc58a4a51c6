// Health and Prometheus metrics of one process.
import { createServer } from 'node:http';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { AskMeter } from '../jobs/context.ts';
import { createAskMeter } from './ask-metrics.ts';

export interface Metrics {
  readonly registry: Registry;
  /** Commands heard, by name and outcome of the ack. */
  readonly commands: Counter<'command' | 'outcome'>;
  /** Seconds from a delivery's arrival to its ack. */
  readonly ackSeconds: Histogram;
  /** Jobs ended, by queue and outcome. */
  readonly jobs: Counter<'job' | 'outcome'>;
  readonly asks: AskMeter;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    commands: new Counter({
      name: 'llmgw_commands_total',
      help: 'Slack commands heard',
      labelNames: ['command', 'outcome'],
      registers,
    }),
    ackSeconds: new Histogram({
      name: 'llmgw_ack_seconds',
      help: 'Time from a delivery to its ack',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
      registers,
    }),
    jobs: new Counter({
      name: 'llmgw_jobs_total',
      help: 'Jobs ended',
      labelNames: ['job', 'outcome'],
      registers,
    }),
    asks: createAskMeter(registry),
  };
}

export interface HealthServer {
  stop(): Promise<void>;
}

/**
 * Serves GET /healthz (200 when `healthy` resolves true, else 503) and GET /metrics.
 * @throws Error when the port is taken.
 */
export async function startHealthServer(options: {
  /** All interfaces when absent. */
  host?: string | undefined;
  port: number;
  metrics: Metrics;
  healthy: () => Promise<boolean>;
}): Promise<HealthServer> {
  const { metrics } = options;
  const answer = async (url: string | undefined): Promise<[number, string, string]> => {
    if (url === '/metrics') {
      return [200, metrics.registry.contentType, await metrics.registry.metrics()];
    }
    if (url !== '/healthz') return [404, 'text/plain', 'not found\n'];
    const healthy = await options.healthy().catch(() => false);
    return healthy ? [200, 'text/plain', 'ok\n'] : [503, 'text/plain', 'not ready\n'];
  };
  const server = createServer((request, response) => {
    void answer(request.url).then(([status, type, body]) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: options.host }, resolve);
  });
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
