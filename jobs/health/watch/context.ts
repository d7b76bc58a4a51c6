// What the watch is given: the gateways, what is kept of them, their runs, and a way to tell. Types only.
import type { Lease } from '../../../src/gateway/runs.ts';
import type { Fault } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { Notice, NoticeEvent } from './notices.ts';
import type { Observation } from '../../../src/gateway/observation.ts';
import type { EndedRun, WatchMemory } from './memory.ts';

export interface WatchContext {
  readonly gateways: readonly string[];
  /** One cheap look at it. */
  observe(gateway: string, signal: AbortSignal): Promise<Observation>;
  /** The run at work, if any. */
  activeRun(
    gateway: string,
  ): Promise<{ readonly run: string; readonly runbook: string } | undefined>;
  /** The latest runs that have ended, oldest first. */
  endedRuns(gateway: string): Promise<readonly EndedRun[]>;
  /** A lease that is new or ends sooner needs an approver. */
  readonly teardownNeedsApprover: boolean;
  /** What keeps the end of the lease from tearing the gateway down; transient where that cannot be told now. */
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
  /** Events of every channel that asked for some. */
  subscriptions(): Promise<Readonly<Record<string, readonly NoticeEvent[]>>>;
  /** Shows the notice in that channel: posts it the first time, edits it afterwards. Throws while it may be tried again. */
  tell(channel: string, notice: Notice): Promise<void>;
  /** The Slack user who set what the channel is told, where one is known. */
  subscriber(channel: string): Promise<string | undefined>;
  /** The channel is told nothing more. */
  unsubscribe(channel: string): Promise<void>;
  /** Shows the notice to a person, for a channel in which nothing can be written any more. */
  tellInstead(user: string, lost: string, notice: Notice): Promise<void>;
  /** Somebody looks at their Home, which shows how the gateways stand. */
  homesAreWatched(): Promise<boolean>;
  /** They see anew how it stands. Never rejects. */
  refreshHomes(): Promise<void>;
  /** ms since the epoch. */
  now(): number;
  readonly log: Log;
  readonly signal: AbortSignal;
}
