// Messages between the command and the recorder of one side.
import type { Finding } from '../check.ts';
import type { Recording } from '../compare/recording.ts';

/** `standing`: reads the configured gateway where there is one. `throw-away`: creates one and tears it down. */
export type GatewayUse = 'none' | 'standing' | 'throw-away' | 'remove';

export interface Order {
  readonly side: 'real' | 'sandbox';
  /** Absent: no cloud check is made. */
  readonly projectId: string | undefined;
  readonly gateway: GatewayUse;
  readonly withSlack: boolean;
  readonly channel: string | undefined;
  /** How much faster than life the cloud of this side is. */
  readonly speed: number;
  /** Of the sandbox: what it takes over from the real project, so that the same calls find the same. */
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
  /** Nothing can be checked; a sentence with the next action. */
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'done' };

export interface RunStep {
  readonly runbook: string;
  readonly step: string;
  readonly outcome: string;
  readonly seconds: number;
  /** What its waits saw, in order. */
  readonly seen: readonly string[];
}
