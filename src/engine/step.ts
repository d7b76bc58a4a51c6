// The contract of a step and of a runbook: the types that every runbook is written in.
import type { Guidance } from '../kernel/guidance.ts';
import type { Fault, Json } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { RetryPolicyName } from './retry-policies.ts';

/** What a step sees. `Env` is what the runbook's own clients and configuration are; the engine never looks inside. */
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
  /** As wanted *and ready*; nothing will be written. */
  | { readonly state: 'done'; readonly output?: Json }
  /** Missing, or there but not ready yet: apply and wait will bring it. */
  | Needed
  /** There and ours, but not as wanted: apply will change these things. */
  | { readonly state: 'drifted'; readonly what: readonly string[]; readonly unmet?: string }
  /** Cannot go on: a precondition a person must mend. */
  | { readonly state: 'refused'; readonly why: Fault };

export interface Needed {
  readonly state: 'needed';
  readonly why: NeedReason;
  /** What exactly, where that may differ from look to look: names of APIs, of objects. */
  readonly of?: readonly string[];
  /** For people. */
  readonly reason: string;
  /** What the thing itself lacks, without its name: the reason in a sentence that names it otherwise. */
  readonly unmet?: string;
}

/**
 * `absent`: not there, and nothing stands in its place. `not_ready`: there, and still coming up.
 * `blocked_by`: what it would be made in is not there. `unproven`: nothing was seen that shows it works.
 * `open`: what must be refused was answered.
 */
export type NeedReason = 'absent' | 'not_ready' | 'blocked_by' | 'unproven' | 'open';

/**
 * `require`: a precondition, which only looks. `make`: brings something about. `verify`: sees from outside that it works.
 * `remove`: takes away what another step made.
 */
export type StepKind = 'require' | 'make' | 'verify' | 'remove';

/** Pods in which a step's thing runs. */
export interface PodSelector {
  readonly namespace: string;
  /** Kubernetes' label selector; empty: all. */
  readonly selector: string;
}

/** What of the running whole a step is for, in the words of a sentence: `The route is missing from the cluster`. */
export interface StepPart {
  /** `The route` */
  readonly name: string;
  /** After the name, where it is not there: `is missing from the cluster`. `unready` by default. */
  readonly absent?: Guidance;
  /** Where it is there and lacks something: `is not in force`. */
  readonly unready: Guidance;
  /** Where its pods are counted: `model servers`. */
  readonly many?: string;
  /**
   * `ground`: without it nothing is there. `reach`: without it nobody gets in. `protect`: without it everybody does.
   * `prove`: it says since when that is proven. `change`: without it requests are served, and no change takes effect.
   */
  readonly role?: 'ground' | 'reach' | 'protect' | 'prove' | 'change';
}

export type Wait =
  | { readonly state: 'ready'; readonly output?: Json }
  /** Not an error: what was seen, in words a person can read. */
  | { readonly state: 'notYet'; readonly seen: string };

/** What of a step's making stands in the world, in names for people: `Cluster infgw-cluster`. */
export interface Inventory {
  /** Carries our mark: goes. */
  readonly ours: readonly string[];
  /** Has the name, but was made by somebody else: stays. */
  readonly foreign: readonly string[];
  /** Ours, but others use it, as the name says: stays until the last of them goes. */
  readonly shared?: readonly string[];
}

export interface Removal<Env> {
  /** For people, in the imperative: `Delete the cluster`. */
  readonly title: string;
  /** What it typically takes until nothing stands, ms. */
  readonly expectMs: number;
  /** As a step's: `deleting the cluster`. */
  readonly continuesAfterCancel?: string;
  /** Reads the world, never the journal, and never writes. Without a cluster nothing stands in it. */
  inventory(context: StepContext<Env>): Promise<Inventory>;
  /** Checks first, is repeatable, asks to remove only what llmgw made; gone is done. May return before it is gone. */
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
  /** Other needs in a graph that orders its steps otherwise, by the name of that order. */
  readonly needsWhen?: Readonly<Partial<Record<StepOrder, readonly string[]>>>;
  /** What it makes serves that other step alone, and is missed only while that is needed. */
  readonly serves?: string;
  /** Nothing that it brings about stays behind or costs money. */
  readonly makesNothing?: true;
  readonly part?: StepPart;
  readonly pods?: PodSelector;
  /** Reads the world, never the journal, and never writes. */
  check(context: StepContext<Env>): Promise<Check>;
  /** The part of the check that tells whether all works now, in few calls: what is looked at every minute. */
  glance?(context: StepContext<Env>): Promise<Check>;
  /** Runs only if needed or drifted; safe to run twice. */
  apply(context: StepContext<Env>): Promise<void>;
  /** Looks once (or holds a watch for at most 20 s); the engine calls again until ready or the deadline. */
  wait(context: StepContext<Env>): Promise<Wait>;
  /** Proves the step from outside after `ready`; throws when the proof fails. Its result joins the output. */
  verify?(context: StepContext<Env>): Promise<Json | void>;
  /** What the cloud goes on with once apply has asked for it, though the run be stopped: `creating the cluster`. Absent where it does not. */
  readonly continuesAfterCancel?: string;
  /** How what the step makes is taken away again. Or says why there is nothing to undo. */
  readonly undo: Undo<Env>;
  /** The longest the step may take, ms of real time from `step_started`. */
  readonly deadlineMs: number;
  /** What it typically takes, ms: for progress and the critical path. */
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
