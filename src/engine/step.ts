// Contract of steps and runbooks: the types of every runbook.
import type { Guidance } from '../kernel/guidance.ts';
import type { Fault, Json } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { RetryPolicyName } from './retry-policies.ts';

/** Context of a step. `Env` holds the runbook's clients and configuration; the engine never reads it. */
export interface StepContext<Env> {
  readonly env: Env;
  readonly runId: string;
  /** The gateway's name. */
  readonly target: string;
  /** The run's validated options, as given at its start. */
  readonly input: Json;
  /** Outputs of finished steps, by step id: the only way to pass data on. Never secrets. */
  readonly outputs: Readonly<Record<string, Json>>;
  /** Aborts on cancel, on shutdown, and at the step's deadline. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

export type Check =
  /** In sync *and ready*; nothing will be written. */
  | { readonly state: 'done'; readonly output?: Json }
  /** Missing, or not ready yet: apply and wait will change that. */
  | Needed
  /** Exists and is ours, but differs: apply will change these fields. */
  | { readonly state: 'drifted'; readonly what: readonly string[]; readonly unmet?: string }
  /** Blocked: a precondition that a person must fix. */
  | { readonly state: 'refused'; readonly why: Fault };

export interface Needed {
  readonly state: 'needed';
  readonly why: NeedReason;
  /** Details that may differ between checks: names of APIs, of objects. */
  readonly of?: readonly string[];
  /** For people. */
  readonly reason: string;
  /** The reason without the name of the resource, for a sentence that already has it. */
  readonly unmet?: string;
}

/**
 * `absent`: missing, and its name is free. `not_ready`: exists, and is still starting.
 * `blocked_by`: its parent is missing. `unproven`: no observation shows that it works.
 * `open`: a request that must be refused was answered.
 */
export type NeedReason = 'absent' | 'not_ready' | 'blocked_by' | 'unproven' | 'open';

/**
 * `require`: a precondition, which only reads. `make`: creates or changes something. `verify`: tests it from outside.
 * `remove`: deletes the resource of another step.
 */
export type StepKind = 'require' | 'make' | 'verify' | 'remove';

/** Pods of a step's resource. */
export interface PodSelector {
  readonly namespace: string;
  /** Kubernetes' label selector; empty: all. */
  readonly selector: string;
}

/** The step's part of the gateway, as sentences name it: `The route is missing from the cluster`. */
export interface StepPart {
  /** `The route` */
  readonly name: string;
  /** After the name of a missing resource: `is missing from the cluster`. `unready` by default. */
  readonly absent?: Guidance;
  /** After the name of an unready resource: `is not in force`. */
  readonly unready: Guidance;
  /** Name of its counted pods: `model servers`. */
  readonly many?: string;
  /**
   * `ground`: without it nothing exists. `reach`: without it no request arrives. `protect`: without it each one does.
   * `prove`: the time of the last verification. `change`: without it requests are served, and no change takes effect.
   */
  readonly role?: 'ground' | 'reach' | 'protect' | 'prove' | 'change';
}

export type Wait =
  | { readonly state: 'ready'; readonly output?: Json }
  /** Not an error: the observation, as text for people. */
  | { readonly state: 'notYet'; readonly seen: string };

/** Existing resources of a step, by names for people: `Cluster infgw-cluster`. */
export interface Inventory {
  /** With our label: deleted. */
  readonly ours: readonly string[];
  /** Same name, but created by another owner: kept. */
  readonly foreign: readonly string[];
  /** Ours, but in use by others, as the name says: kept until the last user is gone. */
  readonly shared?: readonly string[];
}

export interface Removal<Env> {
  /** For people, in the imperative: `Delete the cluster`. */
  readonly title: string;
  /** Typical time until nothing is left, ms. */
  readonly expectMs: number;
  /** As a step's: `deleting the cluster`. */
  readonly continuesAfterCancel?: string;
  /** Reads the cloud, never the journal, and never writes. Without a cluster it contains nothing. */
  inventory(context: StepContext<Env>): Promise<Inventory>;
  /** Checks first, is repeatable, deletes only resources of llmgw; a missing one is done. May return before it is gone. */
  remove(context: StepContext<Env>): Promise<void>;
}

export type Undo<Env> = Removal<Env> | { readonly none: Guidance };

/** `protectFirst`: nothing is reachable before it is protected. `teardown`: as if the gateway had been opened last. */
export type StepOrder = 'protectFirst' | 'teardown';

export interface Step<Env> {
  /** verb-noun, unique in its runbook, no dots or colons. */
  readonly id: string;
  /** For people, in the imperative: `Create the cluster`. */
  readonly title: string;
  readonly needs: readonly string[];
  readonly kind: StepKind;
  /** Other needs in a graph with another step order, by the name of that order. */
  readonly needsWhen?: Readonly<Partial<Record<StepOrder, readonly string[]>>>;
  /** Its resource serves only that other step, and is needed only while that step is. */
  readonly serves?: string;
  /** Its resources leave nothing behind and cost no money. */
  readonly makesNothing?: true;
  readonly part?: StepPart;
  readonly pods?: PodSelector;
  /** Reads the cloud, never the journal, and never writes. */
  check(context: StepContext<Env>): Promise<Check>;
  /** The part of the check that shows whether all works now, in few calls: for a read every minute. */
  glance?(context: StepContext<Env>): Promise<Check>;
  /** Runs only if needed or drifted; safe to run twice. */
  apply(context: StepContext<Env>): Promise<void>;
  /** Reads once (or watches for at most 20 s); the engine calls again until ready or the deadline. */
  wait(context: StepContext<Env>): Promise<Wait>;
  /** Verifies the step from outside after `ready`; throws when that fails. Its result joins the output. */
  verify?(context: StepContext<Env>): Promise<Json | void>;
  /** Cloud operation of apply that continues after a cancel of the run: `creating the cluster`. Absent if there is none. */
  readonly continuesAfterCancel?: string;
  /** Removal of the step's resource, or the reason why none is needed. */
  readonly undo: Undo<Env>;
  /** Maximum duration of the step, ms of real time from `step_started`. */
  readonly deadlineMs: number;
  /** Typical duration, ms: for progress and the critical path. */
  readonly expectMs: number;
  readonly retry: RetryPolicyName;
}

export interface Runbook<Env> {
  /** `provision`: also the name of its queue job. */
  readonly name: string;
  readonly title: string;
  readonly steps: readonly Step<Env>[];
  /** Other graphs, for runs whose input asks for one: the first that applies counts, see `stepsFor`. */
  readonly variants?: readonly RunbookVariant<Step<Env>>[];
}

export interface RunbookVariant<AnyStep> {
  applies(input: Json): boolean;
  readonly steps: readonly AnyStep[];
}

/** The same steps, with the needs that they have in this order. */
export function orderedAs<AnyStep extends Pick<Step<never>, 'needs' | 'needsWhen'>>(
  order: StepOrder,
  steps: readonly AnyStep[],
): AnyStep[] {
  return steps.map((step) => ({ ...step, needs: step.needsWhen?.[order] ?? step.needs }));
}

/** The steps of a run with this input. */
export function stepsFor<AnyStep>(
  runbook: {
    readonly steps: readonly AnyStep[];
    readonly variants?: readonly RunbookVariant<AnyStep>[];
  },
  input: Json,
): readonly AnyStep[] {
  return runbook.variants?.find(({ applies }) => applies(input))?.steps ?? runbook.steps;
}
