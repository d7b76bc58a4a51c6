// Observations: how a gateway is, and the causes of what is wrong with it. Types only.
import type { PodReason } from '../clients/kubernetes/pod-reasons.ts';
import type { NeedReason, StepPart } from '../engine/step.ts';
import type { CheckRow } from '../engine/check-all.ts';
import type { Guidance } from '../kernel/guidance.ts';
import type { Pods } from './rollout.ts';

/** `absent`: there is no cluster. `unknown`: too little could be read. `provisioning`: a run is at work on it. */
export type GatewayState = 'ready' | 'degraded' | 'provisioning' | 'absent' | 'unknown';

/** One thing that is not as wanted. */
export interface Cause {
  /** Id and title of the step whose check found it. */
  readonly step: string;
  readonly title: string;
  readonly part: StepPart | undefined;
  /** `lacking`: missing or not ready. `drifted`: edited. `blocked`: a person must mend it. `unread`: could not be looked at. */
  readonly kind: 'lacking' | 'drifted' | 'blocked' | 'unread';
  /** Of what is lacking. */
  readonly why: NeedReason | undefined;
  /** What was seen; for a drift a field each, with who set it. */
  readonly what: readonly string[];
  /** What the thing itself lacks, without its name. */
  readonly unmet: string | undefined;
  /** The troubles of the pods behind it, worst first. */
  readonly because: readonly PodReason[];
  readonly next: Guidance | undefined;
}

/** What the checks and the pods come to. */
export interface Judgement {
  readonly state: GatewayState;
  /** Requests pass without a key: one was `answered`, or it is `possible`, as what refuses them is not in force. */
  readonly open: 'answered' | 'possible' | undefined;
  /** What is wrong by itself, the root first. */
  readonly causes: readonly Cause[];
  /** What is wrong because of the causes. */
  readonly effects: readonly Cause[];
  /** Another provisioning would mend it. */
  readonly canRepair: boolean;
}

export interface Observation extends Judgement {
  readonly gateway: string;
  /** In the order of the graph. */
  readonly rows: readonly CheckRow[];
  /** The run that is at work on the gateway. */
  readonly activeRun: string | undefined;
  readonly model: string;
  readonly endpoint: string | undefined;
  readonly pods: Pods | undefined;
  /** When the protection was proven, where that proof counts. */
  readonly provenAt: number | undefined;
}
