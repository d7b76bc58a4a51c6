// Messages between the command and the recorder of one side.
import type { Finding } from '../check.ts';
import type { Recording } from '../compare/recording.ts';

/** `standing`: reads the configured gateway where there is one. `throw-away`: creates one and tears it down. */
export type GatewayUse = 'none' | 'standing' | 'throw-away' | 'remove';

export interface Order {
  readonly side: 'real' | 'sandbox';
  /** Absent: no cloud check runs. */
  readonly projectId: string | undefined;
  readonly gateway: GatewayUse;
  readonly withSlack: boolean;
  readonly channel: string | undefined;
  /** The speed-up of this side's cloud. */
  readonly speed: number;
  /** For the sandbox: properties of the real project, so that equal calls get equal answers. */
  readonly likeness: Likeness | undefined;
}

export interface Likeness {
  readonly region: string;
  readonly zone: string;
  readonly network: string;
  readonly subnet: string;
  /** APIs that llmgw needs and the project has not enabled. */
  readonly missingApis: readonly string[];
}

export type ToRecorder =
  { readonly type: 'start'; readonly order: Order } | { readonly type: 'stop' };

export type FromRecorder =
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'recording'; readonly recording: Recording }
  | { readonly type: 'finding'; readonly check: string; readonly finding: Finding }
  /** A line of the runs' journals. */
  | { readonly type: 'step'; readonly step: RunStep }
  | { readonly type: 'likeness'; readonly likeness: Likeness }
  /** Whether a gateway is provisioned. */
  | { readonly type: 'standing'; readonly isStanding: boolean }
  /** No check is possible; a sentence with the next action. */
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'done' };

export interface RunStep {
  readonly runbook: string;
  readonly step: string;
  readonly outcome: string;
  readonly seconds: number;
  /** The observations of its waits, in order. */
  readonly seen: readonly string[];
}
