// Journal events and the types of the state that they reduce to.
import type { Fault, Json } from '../kernel/errors.ts';

export interface Who {
  /** Slack user id, or `llmgw` for the bot itself. */
  readonly user: string;
  readonly channel: string;
  /** Channel of the request, if the card goes to another one: some operators are operators by channel. */
  readonly askedIn?: string | undefined;
}

/** An operator's approval of a run. */
export interface RunApproval {
  /** Id of the question. */
  readonly id: string;
  readonly by: Who;
}

export interface RunRequest {
  readonly runId: string;
  readonly runbook: string;
  readonly target: string;
  readonly input: Json;
  readonly by: Who;
  /** Slack id of the other operator who approved it, if an approver was required. */
  readonly approvedBy?: string;
  /** The approval that the start is checked against. */
  readonly approval?: RunApproval;
  /** `lease`: the end of the gateway's lease has started it. */
  readonly origin?: 'lease';
}

/** Phases of a step, in order. */
export type Phase = 'check' | 'apply' | 'wait' | 'verify';

/** `at` is ms since the epoch, for people; only deadlines depend on it. */
export type JournalEvent = { readonly at: number } & (
  | { readonly type: 'run_requested'; readonly request: RunRequest }
  /** `requestId` makes a repeated command count once. */
  | {
      readonly type: 'run_retried';
      readonly by: Who;
      readonly requestId: string;
      readonly approval?: RunApproval;
    }
  | { readonly type: 'cancel_requested'; readonly by: Who; readonly requestId: string }
  | { readonly type: 'step_started'; readonly step: string; readonly epoch: number }
  /** The check result that made an apply due. */
  | { readonly type: 'step_applying'; readonly step: string; readonly reasons: readonly string[] }
  /** The last observation of a wait; appended only on a change. */
  | { readonly type: 'step_saw'; readonly step: string; readonly seen: string }
  /** A transient fault, with the time of the next try, `until`. */
  | {
      readonly type: 'step_retrying';
      readonly step: string;
      readonly phase: Phase;
      readonly fault: Fault;
      readonly attempt: number;
      readonly until: number;
    }
  /** `changed` is false when check found everything in sync and nothing was written. */
  | {
      readonly type: 'step_finished';
      readonly step: string;
      readonly changed: boolean;
      readonly output: Json;
    }
  | { readonly type: 'step_failed'; readonly step: string; readonly fault: Fault }
  | { readonly type: 'step_cancelled'; readonly step: string }
  /** A worker resumed the run after another one was lost; `afterMs` since the last event. */
  | { readonly type: 'run_resumed'; readonly step: string; readonly afterMs: number }
  | { readonly type: 'run_succeeded' }
  | { readonly type: 'run_failed' }
  | { readonly type: 'run_cancelled' }
);

export const eventTypes = [
  'run_requested',
  'run_retried',
  'cancel_requested',
  'step_started',
  'step_applying',
  'step_saw',
  'step_retrying',
  'step_finished',
  'step_failed',
  'step_cancelled',
  'run_resumed',
  'run_succeeded',
  'run_failed',
  'run_cancelled',
] as const satisfies readonly JournalEvent['type'][];

export type StepStatus = 'pending' | 'running' | 'finished' | 'failed' | 'cancelled';

export interface StepState {
  readonly status: StepStatus;
  readonly phase?: 'check' | 'apply' | 'wait' | 'retry';
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly changed?: boolean;
  /** Apply was started in this run, possibly in an earlier epoch. */
  readonly applied?: boolean;
  readonly seen?: string;
  readonly reasons?: readonly string[];
  readonly fault?: Fault;
  /** Tries of `retryOf` so far, while its fault is transient; the next one is due at `until`. */
  readonly attempt?: number;
  readonly retryOf?: Phase;
  /** When the first of these tries failed. */
  readonly retryingSince?: number;
  readonly until?: number;
  readonly output?: Json;
}

export type RunStatus =
  'requested' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';

export interface RunState {
  readonly request: RunRequest;
  readonly status: RunStatus;
  /** 1 + the number of retries. */
  readonly epoch: number;
  readonly steps: Readonly<Record<string, StepState>>;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly lastEventAt: number;
  readonly cancelledBy?: Who;
  readonly retriedBy?: Who;
  /** Of the start, or of the last retry that needed one. */
  readonly approval?: RunApproval;
  readonly resumed?: { readonly step: string; readonly afterMs: number; readonly at: number };
}
