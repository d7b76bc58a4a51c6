// Runs, leases and incidents of a gateway, as jobs see them.
import { z } from 'zod';
import type { RunApproval, RunRequest, Who } from '../engine/journal.ts';
import { storedFault, storedGuidance, storedWho } from '../kernel/stored.ts';
import type { ProvisionOptions } from './options.ts';

/** Port of jobs to runs. */
export interface Runs {
  /** The options of the gateway's last provisioning. */
  options(gateway: string): Promise<ProvisionOptions>;
  find(runId: string): Promise<FoundRun | undefined>;
  /** Asks the engine to provision the gateway; the same run id has one effect. The engine reports any obstacle. */
  provision(start: {
    readonly runId: string;
    readonly gateway: string;
    readonly options: ProvisionOptions;
    readonly by: Who;
    /** The other operator, if an approver was required. */
    readonly approval?: RunApproval | undefined;
  }): Promise<void>;
  teardown(start: {
    readonly runId: string;
    readonly gateway: string;
    readonly removeApps: boolean;
    readonly by: Who;
    readonly approval?: RunApproval | undefined;
  }): Promise<void>;
  /** Asks the engine to retry the run; the same request id has one effect. */
  retry(again: {
    readonly runId: string;
    readonly by: Who;
    readonly requestId: string;
    readonly approval?: RunApproval | undefined;
  }): Promise<void>;
  /** The run that holds the gateway's lock now. */
  activeRunId(gateway: string): Promise<string | undefined>;
  /** The same, with its owner. */
  activeRun(gateway: string): Promise<ActiveRun | undefined>;
  /** Scheduled teardown of the gateway, ms since the epoch; `ending` names the run once it started. */
  lease(gateway: string): Promise<LeaseEnd | undefined>;
  last(gateway: string): Promise<LastRun | undefined>;
}

/** A run as a retry needs it. */
export interface FoundRun {
  readonly status: string;
  readonly endedAt?: number;
  readonly epoch: number;
  readonly request: RunRequest;
  readonly steps: Readonly<Record<string, { readonly status: string; readonly applied?: boolean }>>;
  readonly approval?: RunApproval;
}

export interface LastRun {
  readonly id: string;
  readonly runbook: string;
  readonly status: string;
  readonly at: number;
}

export interface ActiveRun {
  readonly id: string;
  readonly runbook: string;
  readonly by: { readonly user: string; readonly channel: string };
  /** ms since the epoch. */
  readonly since: number;
}

/** The part of a lease that decides. */
export interface LeaseEnd {
  readonly until: number;
  readonly ending?: string;
  readonly lapsed?: object;
}

/** A problem of a gateway that was in sync: one message, edited on changes. */
export const storedIncident = z.object({
  /** Of [a-z0-9-]. */
  id: z.string(),
  gateway: z.string(),
  /** ms since the epoch. */
  at: z.number(),
  /** `protection`: requests may pass without a key. `degraded`: anything else. */
  event: z.enum(['degraded', 'protection']),
  /** The findings, oldest first. */
  causes: z.array(z.object({ at: z.number(), text: storedGuidance })).readonly(),
  /** The run that repairs it. */
  repairing: z.string().optional(),
  over: z.object({ at: z.number(), how: z.enum(['recovered', 'worse', 'gone']) }).optional(),
});
export type Incident = Readonly<z.infer<typeof storedIncident>>;

/** The time until a gateway's teardown, on the real clock. */
export const storedLease = z.object({
  gateway: z.string(),
  /** ms since the epoch. */
  until: z.number(),
  /** Time at which `until` was set. */
  since: z.number(),
  /** The requested duration, which Extend adds again, ms. */
  lengthMs: z.number(),
  /** The requester, who receives news of the end. */
  by: storedWho,
  /** The operator who approved the run that set it, who receives the same news. */
  approvedBy: storedWho.exactOptional(),
  extendedBy: z.string().exactOptional(),
  /** The run that tears the gateway down, once the lease has ended. */
  ending: z.string().exactOptional(),
  /** Reason for no teardown at the end: no person with the right to it is accountable. */
  lapsed: storedFault.exactOptional(),
});
export type Lease = Readonly<z.infer<typeof storedLease>>;
