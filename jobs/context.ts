// What a job is given: one gateway's world, the people, the prompt store and the runs. Types only.
import type { z } from 'zod';
import type { CompletionAnswer } from '../src/clients/inference/client.ts';
import type { Log } from '../src/log.ts';
import type { RunApproval, RunRequest, Who } from '../src/runbook/journal.ts';
import type { Turn } from './ask/conversation.ts';
import type { Audience } from './audience.ts';
import type { RunAtWork } from './home-report.ts';
import type { Incident } from './notices.ts';
import type { approvalNewsPayload, keyLaterPayload } from './payloads.ts';
import type { ProvisionEnv } from './provision/env.ts';
import type { ConfigurationChange, ProvisionOptions } from './provision-options.ts';
import type { LeaseEnd } from './run-approval.ts';

export interface Provisioned {
  readonly env: ProvisionEnv;
  readonly moved: readonly ConfigurationChange[];
  /** Other places that earlier runs have made something in, in words. */
  readonly elsewhere: readonly string[];
}

export interface JobContext {
  /**
   * The gateway as configured, with `options` laid over it: by default those of its last provisioning run.
   * @throws invalid/unknown_gateway for a name that the configuration does not hold.
   */
  env(gateway: string, options?: ProvisionOptions): Promise<ProvisionEnv>;
  /** The gateway where it was last provisioned, whatever the configuration says by now, and what it says otherwise. */
  provisioned(gateway: string): Promise<Provisioned>;
  /** Names of all gateways, as configured. */
  readonly gateways: readonly string[];
  readonly audience: Audience;
  readonly texts: Texts;
  readonly runs: Runs;
  readonly usage: Usage;
  /** Does it once, after that time, also when every process ends meanwhile; the same id is the same job. */
  schedule(due: Due): Promise<void>;
  /** Runbooks that begin only once another operator has approved them. */
  readonly twoPerson: readonly string[];
  readonly asks: Asks;
  readonly meter: AskMeter;
  /** Every registered secret masked. */
  redact(text: string): string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** False while the queue will try a transient fault again. */
  readonly isLastAttempt: boolean;
}

export type Due = { readonly id: string; readonly delayMs: number } & (
  | { readonly job: 'key-later'; readonly payload: z.input<typeof keyLaterPayload> }
  | { readonly job: 'approval-news'; readonly payload: z.input<typeof approvalNewsPayload> }
);

/** Long texts by reference, so that no payload holds them. */
export interface Texts {
  read(ref: string): Promise<string | undefined>;
  drop(ref: string): Promise<void>;
  keep(ref: string, text: string, ttlMs: number): Promise<void>;
}

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
  holding(gateway: string): Promise<string | undefined>;
  /** The same, with whose it is. */
  atWork(gateway: string): Promise<RunAtWork | undefined>;
  /** When the gateway is torn down by itself, ms since the epoch; `ending` names the run once that began. */
  lease(gateway: string): Promise<LeaseEnd | undefined>;
  last(gateway: string): Promise<LastRun | undefined>;
  /** What the watch has found wrong and not seen mended. */
  incident(gateway: string): Promise<Incident | undefined>;
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

/** Counts what this bot sent, over all of its processes. */
export interface Usage {
  /** Adds one use now, and returns how many there were in its window, which began with its first use; this one included. */
  count(key: string, windowMs: number): Promise<number>;
  /** The window that runs now; counts nothing. `resetsAt`: ms since the epoch, undefined while nothing was used. */
  read(key: string): Promise<{ readonly used: number; readonly resetsAt: number | undefined }>;
  /** True for one caller in the window that runs now, over all processes. */
  claim(key: string): Promise<boolean>;
}

/** What asks share, over all processes. */
export interface Asks {
  /** Calls back when the asker wants no more of it, also when that was before; `end` stops listening. */
  onStop(job: string, stop: () => void): Promise<{ end(): void }>;
  /** How many of the person's own asks are ahead of this one; 0 when its turn has come. */
  ahead(user: string, job: string): Promise<number>;
  /** Keeps the place of an ask that is being answered, until it is ended. */
  hold(user: string, job: string): { end(): void };
  /** The ask is over, and makes room for the person's next. */
  leave(user: string, job: string): Promise<void>;
  /** Earlier turns of a thread, oldest first. */
  turns(thread: string): Promise<readonly Turn[]>;
  /** From now on replies in the thread go on with it, at that gateway. */
  begin(thread: string, gateway: string): Promise<void>;
  addTurn(thread: string, gateway: string, turn: Turn): Promise<void>;
}

/** Figures of asks, without their askers. */
export interface AskMeter {
  /** An ask is at work; what is returned ends it. An outcome is `answered`, `stopped`, `interrupted` or the code of a fault; none where another try follows. */
  begin(): (outcome: string | undefined) => void;
  /** The gateway has given a whole answer. */
  answered(of: Pick<CompletionAnswer, 'streamed' | 'firstTokenMs' | 'totalMs' | 'usage'>): void;
}
