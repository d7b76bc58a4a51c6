// Runs, leases and incidents of a gateway, as jobs see them.
import { z } from 'zod';
import type { RunApproval, RunRequest, Who } from '../engine/journal.ts';
import { storedFault, storedGuidance, storedWho } from '../kernel/stored.ts';
import type { ProvisionOptions } from './options.ts';

/** What jobs may know of runs, and begin. */
export interface Runs {
  /** The options of the gateway's last provisioning. */
  options(gateway: string): Promise<ProvisionOptions>;
  find(runId: string): Promise<FoundRun | undefined>;
  /** Asks the engine to provision the gateway; the same run id has one effect. What stands in the way, the engine says. */
  provision(start: {
    readonly runId: string;
    readonly gateway: string;
    readonly options: ProvisionOptions;
    readonly by: Who;
    /** Of the other operator, where one had to approve. */
    readonly approval?: RunApproval | undefined;
  }): Promise<void>;
  teardown(start: {
    readonly runId: string;
    readonly gateway: string;
    readonly removeApps: boolean;
    readonly by: Who;
    readonly approval?: RunApproval | undefined;
  }): Promise<void>;
  /** Asks the engine to go on with the run; the same request id has one effect. */
  retry(again: {
    readonly runId: string;
    readonly by: Who;
    readonly requestId: string;
    readonly approval?: RunApproval | undefined;
  }): Promise<void>;
  /** The run that holds the gateway's lock now. */
  activeRunId(gateway: string): Promise<string | undefined>;
  /** The same, with whose it is. */
  activeRun(gateway: string): Promise<ActiveRun | undefined>;
  /** When the gateway is torn down by itself, ms since the epoch; `ending` names the run once that began. */
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

/** Something is wrong with a gateway that was in order: one message, edited as it goes. */
export const storedIncident = z.object({
  /** Of [a-z0-9-]. */
  id: z.string(),
  gateway: z.string(),
  /** ms since the epoch. */
  at: z.number(),
  /** `protection`: requests may pass without a key. `degraded`: anything else. */
  event: z.enum(['degraded', 'protection']),
  /** What was found wrong, oldest first. */
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
  /** When `until` was set. */
  since: z.number(),
  /** What was asked for, and what Extend adds, ms. */
  lengthMs: z.number(),
  /** Who asked for it; hears of its end. */
  by: storedWho,
  /** The operator who approved the run that set it: of its end, too. */
  approvedBy: storedWho.exactOptional(),
  extendedBy: z.string().exactOptional(),
  /** The run that tears the gateway down, once the time was up. */
  ending: z.string().exactOptional(),
  /** Why its end tore nothing down: nobody who may tear the gateway down stands behind it. */
  lapsed: storedFault.exactOptional(),
});
export type Lease = Readonly<z.infer<typeof storedLease>>;
