// Watch: observes every gateway, posts notices and ends leases.
import type { Lease } from '../../../src/gateway/runs.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import type { Notice } from './notices.ts';
import type { WatchContext } from './context.ts';
import { type GatewayReading, afterReading, afterRuns, prune, untoldIn } from './incidents.ts';
import { afterLease, endingRun, isDue, leaseAfter } from './lease.ts';
import { readingOf } from './reading.ts';
import { type EndedRun, type StoredNotice, type WatchMemory, firstMemory } from './memory.ts';

/** Observes all gateways in parallel; a failure of one does not affect the others. */
export async function watch(context: WatchContext): Promise<void> {
  await Promise.all(
    context.gateways.map(async (gateway) => {
      try {
        await watchGateway(context, gateway);
      } catch (error) {
        context.signal.throwIfAborted();
        context.log.error({ gateway, err: toFault(error) }, 'watch failed');
      }
    }),
  );
}

async function watchGateway(context: WatchContext, gateway: string): Promise<void> {
  const [before, listeners, isWatched] = await Promise.all([
    context.memory(gateway),
    context.subscriptions(),
    context.homesAreWatched(),
  ]);
  // An observation costs requests, and is useful only with a subscriber.
  const isHeard = isWatched || Object.keys(listeners).length > 0 || before?.incident !== undefined;
  const reading = await readingOrBusy(context, gateway, isHeard);
  const runs = await context.endedRuns(gateway);
  const known = before ?? firstMemory(runs, context.now());
  const isFree = reading.state !== 'provisioning';
  const advanced = await advanceLease(context, gateway, {
    runs: runs.filter(({ at }) => at > known.seenUntil),
    isFree,
  });
  const lease = await bringToEnd(context, advanced, isFree);
  const now = context.now();
  const seen = afterReading(afterRuns(known, gateway, runs), gateway, reading, now);
  const memory = afterLease(seen, lease, now);
  // Saved before delivery: a second delivery after a crash edits the same message.
  await context.saveMemory(gateway, memory);
  if (newsOf(memory) !== newsOf(known)) await context.refreshHomes();
  await tellAll(context, gateway, memory);
}

/** Fingerprint of the notices: it changes with the gateway's state. */
const newsOf = ({ notices }: WatchMemory): string =>
  notices.map(({ notice: { id }, version }) => `${id} ${version}`).join();

async function readingOrBusy(
  context: WatchContext,
  gateway: string,
  isHeard: boolean,
): Promise<GatewayReading> {
  const busy = async (): Promise<GatewayReading | undefined> => {
    const activeRun = await context.activeRun(gateway);
    return activeRun === undefined ? undefined : { state: 'provisioning', ...activeRun };
  };
  const before = await busy();
  if (before !== undefined) return before;
  if (!isHeard) return { state: 'unread' };
  const reading = readingOf(await context.observe(gateway, context.signal));
  // An observation during a run is no incident.
  return (await busy()) ?? reading;
}

/** Applies runs to the lease, and names its teardown run once it ends. */
async function advanceLease(
  context: WatchContext,
  gateway: string,
  { runs, isFree }: { readonly runs: readonly EndedRun[]; readonly isFree: boolean },
): Promise<Lease | undefined> {
  const before = await context.leases.read(gateway);
  const granted = runs.reduce<Lease | undefined>(
    (lease, run) => leaseAfter(lease, gateway, run, context.teardownNeedsApprover),
    before,
  );
  const isOver = isFree && isDue(granted, context.now());
  const after = isOver ? await endOf(context, granted) : granted;
  if (after === before) return before;
  // A concurrent extension wins; the next observation uses it.
  if (!(await context.leases.replace(gateway, before, after))) return context.leases.read(gateway);
  return after;
}

/** The lease after its end: with its teardown run, or lapsed. */
async function endOf(context: WatchContext, lease: Lease): Promise<Lease> {
  const lapsed = await context.whyNotToEnd(lease);
  // Operators are unknown right now: the next observation asks again.
  if (lapsed?.kind === 'transient') return lease;
  return lapsed === undefined ? { ...lease, ending: endingRun(lease) } : { ...lease, lapsed };
}

/**
 * Starts the lease's teardown run, unless it was started before a crash.
 * @returns the lease after that: the conditions of its end are checked again.
 */
async function bringToEnd(
  context: WatchContext,
  lease: Lease | undefined,
  isFree: boolean,
): Promise<Lease | undefined> {
  const id = lease?.ending;
  if (lease === undefined || id === undefined || !isFree) return lease;
  if (await context.wasStarted(id)) return lease;
  const after = await endOf(context, lease);
  if (after === lease) return lease;
  if (after.lapsed === undefined) {
    await context.startTeardown({ id, lease });
    return lease;
  }
  return (await context.leases.replace(lease.gateway, lease, after)) ? after : lease;
}

async function tellAll(context: WatchContext, gateway: string, memory: WatchMemory): Promise<void> {
  const subscriptions = Object.entries(await context.subscriptions());
  const channelsOf = ({ event }: Notice): string[] =>
    subscriptions.flatMap(([channel, events]) => (events.includes(event) ? [channel] : []));
  const notices = [];
  for (const kept of memory.notices) {
    const told = { ...kept.told };
    const own = kept.channel === undefined ? [] : [kept.channel];
    for (const channel of untoldIn(kept, [...channelsOf(kept.notice), ...own])) {
      if (await tell(context, channel, kept)) told[channel] = kept.version;
    }
    notices.push({ ...kept, told });
  }
  await context.saveMemory(gateway, prune({ ...memory, notices }, channelsOf, context.now()));
}

/** False to retry at the next observation. */
async function tell(context: WatchContext, channel: string, kept: StoredNotice): Promise<boolean> {
  const { notice } = kept;
  try {
    await context.tell(channel, notice);
    return true;
  } catch (error) {
    context.signal.throwIfAborted();
    const fault = toFault(error);
    context.log.warn({ channel, notice: notice.id, err: fault }, 'notice delivery failed');
    if (fault.kind === 'transient') return false;
    return fault.code === 'not_in_channel' ? tellInstead(context, channel, kept) : true;
  }
}

/** The bot can't post there any more: the subscriber gets it once, and notifications are turned off. */
async function tellInstead(
  context: WatchContext,
  channel: string,
  { notice, channel: own, user }: StoredNotice,
): Promise<boolean> {
  const person = channel === own ? user : await context.subscriber(channel);
  try {
    if (person !== undefined && person !== channel) {
      await context.tellInstead(person, channel, notice);
    }
  } catch (error) {
    context.signal.throwIfAborted();
    const fault = toFault(error);
    context.log.warn({ channel, notice: notice.id, err: fault }, 'notice delivery failed');
    if (fault.kind === 'transient') return false;
  }
  await context.unsubscribe(channel);
  return true;
}
