// Prometheus metrics of one process.
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** Received commands, by name and outcome of the ack. */
  readonly commands: Counter<'command' | 'outcome'>;
  /** Seconds from a delivery's arrival to its ack. */
  readonly ackSeconds: Histogram;
  /** Jobs ended, by queue and outcome. */
  readonly jobs: Counter<'job' | 'outcome'>;
  /** Refused deliveries, by `missing` (no signature), `stale` (old timestamp) or `mismatch`. */
  readonly refusedSignatures: Counter<'reason'>;
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
    refusedSignatures: new Counter({
      name: 'llmgw_refused_signatures_total',
      help: 'Deliveries refused for their signature',
      labelNames: ['reason'],
      registers,
    }),
  };
}
