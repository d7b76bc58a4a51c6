// The contract of a step and of a runbook: the types that every runbook is written in.
import type { Fault, Json } from '../errors.ts';
import type { Log } from '../log.ts';
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
  | { readonly state: 'needed'; readonly reason: string }
  /** There and ours, but not as wanted: apply will change these things. */
  | { readonly state: 'drifted'; readonly what: readonly string[] }
  /** Cannot go on: a precondition a person must mend. */
  | { readonly state: 'refused'; readonly why: Fault };

export type Wait =
  | { readonly state: 'ready'; readonly output?: Json }
  /** Not an error: what was seen, in words a person can read. */
  | { readonly state: 'notYet'; readonly seen: string };

/** What of a step's making stands in the world, in names for people: `Cluster infgw-cluster`. */
export interface Standing {
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
  readonly runsOn?: string;
  /** Reads the world, never the journal, and never writes. Without a cluster nothing stands in it. */
  standing(context: StepContext<Env>): Promise<Standing>;
  /** Checks first, is repeatable, asks to remove only what llmgw made; gone is done. May return before it is gone. */
  remove(context: StepContext<Env>): Promise<void>;
}

export type Undo<Env> = Removal<Env> | { readonly none: string };

export interface Step<Env> {
  /** verb-noun, unique in its runbook, no dots or colons. */
  readonly id: string;
  /** For people, in the imperative: `Create the cluster`. */
  readonly title: string;
  readonly needs: readonly string[];
  /** Reads the world, never the journal, and never writes. */
  check(context: StepContext<Env>): Promise<Check>;
  /** Runs only if needed or drifted; safe to run twice. */
  apply(context: StepContext<Env>): Promise<void>;
  /** Looks once (or holds a watch for at most 20 s); the engine calls again until ready or the deadline. */
  wait(context: StepContext<Env>): Promise<Wait>;
  /** Proves the step from outside after `ready`; throws when the proof fails. Its result joins the output. */
  verify?(context: StepContext<Env>): Promise<Json | void>;
  /** What the cloud goes on with once apply has asked for it, though the run be stopped: `creating the cluster`. Absent where it does not. */
  readonly runsOn?: string;
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
