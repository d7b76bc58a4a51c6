// Notifier port for the state of a gateway.
import type { Guidance } from '../../../src/kernel/guidance.ts';
import type { Addressee } from '../../../src/job/addressee.ts';
import type { JobContext } from '../../../src/job/context.ts';
import type { GatewayState } from '../../../src/gateway/observation.ts';
import type { Pods } from '../../../src/gateway/rollout.ts';

export interface GatewayStatus {
  readonly gateway: string;
  readonly state: GatewayState;
  readonly cause: Guidance | undefined;
  readonly endpoint: string | undefined;
  readonly model: string;
  readonly pods: Pods | undefined;
  readonly provenAt: number | undefined;
  readonly keys?: number | undefined;
  /** Scheduled teardown, ms since the epoch; `ending` names its run once it started. */
  readonly lease: { readonly until: number; readonly ending?: string } | undefined;
  readonly lastRun:
    | {
        readonly id: string;
        readonly runbook: string;
        readonly status: string;
        readonly at: number;
      }
    | undefined;
}

export interface StatusNotifier {
  showStatus(to: Addressee, status: GatewayStatus): Promise<void>;
}

export type StatusContext = JobContext & { readonly notifier: StatusNotifier };
