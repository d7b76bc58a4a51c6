// Ports of the watch: gateways, runs, memory, leases and channels. Types only.
import type { Lease } from '../../../src/gateway/runs.ts';
import type { Fault } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { Notice, NoticeEvent } from './notices.ts';
import type { Observation } from '../../../src/gateway/observation.ts';
import type { EndedRun, WatchMemory } from './memory.ts';

export interface WatchContext {
  readonly gateways: readonly string[];
  /** One cheap observation. */
  observe(gateway: string, signal: AbortSignal): Promise<Observation>;
  /** The active run, if any. */
  activeRun(
    gateway: string,
  ): Promise<{ readonly run: string; readonly runbook: string } | undefined>;
  /** The latest runs that have ended, oldest first. */
  endedRuns(gateway: string): Promise<readonly EndedRun[]>;
  /** A lease that is new or ends sooner needs an approver. */
  readonly teardownNeedsApprover: boolean;
  /** The fault that prevents the teardown at the lease's end; transient if that is unknown now. */
  whyNotToEnd(lease: Lease): Promise<Fault | undefined>;
  /** A run of that id exists. */
  wasStarted(id: string): Promise<boolean>;
  /** Starts the gateway's teardown; the same run id has one effect. */
  startTeardown(run: { readonly id: string; readonly lease: Lease }): Promise<void>;
  memory(gateway: string): Promise<WatchMemory | undefined>;
  saveMemory(gateway: string, memory: WatchMemory): Promise<void>;
  readonly leases: {
    read(gateway: string): Promise<Lease | undefined>;
    replace(gateway: string, before: Lease | undefined, after: Lease | undefined): Promise<boolean>;
  };
  /** Events of every subscribed channel. */
  subscriptions(): Promise<Readonly<Record<string, readonly NoticeEvent[]>>>;
  /** Shows the notice in that channel: posts it the first time, edits it afterwards. Throws while it may be tried again. */
  tell(channel: string, notice: Notice): Promise<void>;
  /** The Slack user who set the channel's events, if known. */
  subscriber(channel: string): Promise<string | undefined>;
  /** Turns the channel's notifications off. */
  unsubscribe(channel: string): Promise<void>;
  /** Shows the notice to a person instead of a channel that the bot can no longer post in. */
  tellInstead(user: string, lost: string, notice: Notice): Promise<void>;
  /** Someone has their Home open, which shows the gateways' states. */
  homesAreWatched(): Promise<boolean>;
  /** Updates the open Homes. Never rejects. */
  refreshHomes(): Promise<void>;
  /** ms since the epoch. */
  now(): number;
  readonly log: Log;
  readonly signal: AbortSignal;
}
