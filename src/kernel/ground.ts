// Shared parts of the roles of one process.
import type { Config } from './config.ts';
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Redactor } from './redaction.ts';

export interface Ground {
  readonly config: Config;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly prefix: string;
}
