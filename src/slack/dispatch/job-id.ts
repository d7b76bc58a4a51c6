// Ids of jobs, derived from the delivery, so that repeated deliveries share one job.
import { hash } from 'node:crypto';

/** `ask-k3f9x2ab`: lower-case letters, digits and hyphens only. */
export function jobId(name: string, delivery: string): string {
  const digest = hash('sha256', delivery, 'buffer');
  return `${name}-${digest.readBigUInt64BE().toString(36).padStart(8, '0').slice(-8)}`;
}
