// Observations of a gateway: state, causes, effects. Types only.
import type { PodReason } from '../clients/kubernetes/pod-reasons.ts';
import type { NeedReason, StepPart } from '../engine/step.ts';
import type { CheckRow } from '../engine/check-all.ts';
import type { Guidance } from '../kernel/guidance.ts';
import type { Pods } from './rollout.ts';

/** `absent`: there is no cluster. `unknown`: too little could be read. `provisioning`: a run is active. */
export type GatewayState = 'ready' | 'degraded' | 'provisioning' | 'absent' | 'unknown';

/** One thing that is out of sync. */
export interface Cause {
  /** Id and title of the step whose check found it. */
  readonly step: string;
  readonly title: string;
  readonly part: StepPart | undefined;
  /** `lacking`: missing or not ready. `drifted`: edited. `blocked`: needs a person. `unread`: the check failed. */
  readonly kind: 'lacking' | 'drifted' | 'blocked' | 'unread';
  /** Kind of a `lacking` finding. */
  readonly why: NeedReason | undefined;
  /** Findings; for drift, one field each with its owner. */
  readonly what: readonly string[];
  /** The resource's deficiency, without its name. */
  readonly unmet: string | undefined;
  /** The problems of its pods, worst first. */
  readonly because: readonly PodReason[];
  readonly next: Guidance | undefined;
}

/** The diagnosis from checks and pods. */
export interface Judgement {
  readonly state: GatewayState;
  /** Requests pass without a key: one was `answered`, or it is `possible`, as the protection is not in force. */
  readonly open: 'answered' | 'possible' | undefined;
  /** Root causes, the worst first. */
  readonly causes: readonly Cause[];
  /** Effects of the causes. */
  readonly effects: readonly Cause[];
  /** A provisioning run can repair it. */
  readonly canRepair: boolean;
}

export interface Observation extends Judgement {
  readonly gateway: string;
  /** In the order of the graph. */
  readonly rows: readonly CheckRow[];
  /** The active run of the gateway. */
  readonly activeRun: string | undefined;
  readonly model: string;
  readonly endpoint: string | undefined;
  readonly pods: Pods | undefined;
  /** Time of the last verification of the protection, if it still counts. */
  readonly provenAt: number | undefined;
}
