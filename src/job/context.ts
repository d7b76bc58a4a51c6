// Context of every job: gateways, people, texts and runs. Types only.
import type { ProvisionEnv } from '../gateway/env.ts';
import type { ProvisionOptions } from '../gateway/options.ts';
import type { Provisioned } from '../gateway/envs.ts';
import type { Runs } from '../gateway/runs.ts';
import type { Fault } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Profile } from '../kernel/profile.ts';
import type { Texts } from '../kernel/texts.ts';
import type { UsageCounter } from '../kernel/usage.ts';
import type { Addressee } from './addressee.ts';

/** Port to people that every job has; each capability extends it. */
export interface Notifier {
  /** @throws permanent/profile_hidden when the person's email is not visible to the bot; worded for `asker`. */
  profile(user: string, asker?: string): Promise<Profile>;
  /** Explains a failed job to its requester. */
  fail(to: Addressee, fault: Fault): Promise<void>;
}

export interface JobContext {
  /**
   * The configured gateway with `options` applied: by default those of its last provisioning run.
   * @throws invalid/unknown_gateway for a name that is not configured.
   */
  env(gateway: string, options?: ProvisionOptions): Promise<ProvisionEnv>;
  /** The gateway as last provisioned, and how the configuration has changed since. */
  provisioned(gateway: string): Promise<Provisioned>;
  /** Names of all gateways, as configured. */
  readonly gateways: readonly string[];
  readonly notifier: Notifier;
  readonly texts: Texts;
  readonly runs: Runs;
  readonly usage: UsageCounter;
  /** Schedules a job that survives restarts; the same id is the same job. */
  schedule(due: Due): Promise<void>;
  /** Runbooks that require an approval by another operator. */
  readonly requiresApproval: readonly string[];
  /** Every registered secret masked. */
  redact(text: string): string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** False while the queue will try a transient fault again. */
  readonly isLastAttempt: boolean;
}

/** A scheduled job; the same id is the same job. */
export interface Due {
  readonly id: string;
  readonly delayMs: number;
  /** Name of its queue. */
  readonly job: string;
  /** Matches the capability's schema. */
  readonly payload: {
    readonly owner: string;
    readonly to: Addressee;
    readonly [field: string]: unknown;
  };
}
