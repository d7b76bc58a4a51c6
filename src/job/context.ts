// What every job is given: one gateway's world, people, texts and runs. Types only.
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

/** How every job speaks to people; each capability adds its own words. */
export interface Notifier {
  /** @throws permanent/profile_hidden when the person's email is not visible to the bot; worded for `asker`. */
  profile(user: string, asker?: string): Promise<Profile>;
  /** A failed job: explained to whoever asked. */
  fail(to: Addressee, fault: Fault): Promise<void>;
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
  readonly notifier: Notifier;
  readonly texts: Texts;
  readonly runs: Runs;
  readonly usage: UsageCounter;
  /** Does it once, after that time, also when every process ends meanwhile; the same id is the same job. */
  schedule(due: Due): Promise<void>;
  /** Runbooks that begin only once another operator has approved them. */
  readonly requiresApproval: readonly string[];
  /** Every registered secret masked. */
  redact(text: string): string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** False while the queue will try a transient fault again. */
  readonly isLastAttempt: boolean;
}

/** A job of another time; the same id is the same job. */
export interface Due {
  readonly id: string;
  readonly delayMs: number;
  /** Name of its queue. */
  readonly job: string;
  /** For its capability's own schema. */
  readonly payload: {
    readonly owner: string;
    readonly to: Addressee;
    readonly [field: string]: unknown;
  };
}
