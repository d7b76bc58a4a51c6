// The desk of runs: leases decide who must approve one. Types only.
import type { LeaseEnd } from '../../src/gateway/runs.ts';
import type { Desk } from '../../src/slack/dispatch/command.ts';

export interface RunDesk extends Desk {
  readonly leases: { read(gateway: string): Promise<LeaseEnd | undefined> };
  /** Jobs that are begun by time and not by a person: they wait for days, and are nothing to look at. */
  readonly timedJobs: readonly string[];
}
