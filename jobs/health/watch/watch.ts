// The watch: one cheap look at every gateway, the news of it to the channels that asked, and leases brought to their end.
import type { Lease } from '../../../src/gateway/runs.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import type { Notice } from './notices.ts';
import type { WatchContext } from './context.ts';
import { type GatewayReading, afterReading, afterRuns, prune, untoldIn } from './incidents.ts';
import { afterLease, endingRun, isDue, leaseAfter } from './lease.ts';
import { readingOf } from './reading.ts';
import { type EndedRun, type StoredNotice, type WatchMemory, firstMemory } from './memory.ts';

/** Looks at all gateways side by side; one that cannot be looked at does not keep the others from it. */
export async function watch(context: WatchContext): Promise<void> {
  await Promise.all(
    context.gateways.map(async (gateway) => {
      try {
        await watchGateway(context, gateway);
      } catch (error) {
        context.signal.throwIfAborted();
        context.log.error({ gateway, fault: toFault(error) }, 'watch failed');
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
  // Looking costs requests, and is of use only to those who hear what it finds.
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
  // Saved before it is told: told twice after a crash, it is the same notice.
  await context.saveMemory(gateway, memory);
  if (newsOf(memory) !== newsOf(known)) await context.refreshHomes();
  await tellAll(context, gateway, memory);
}

/** What there is to tell: another string means that the gateway stands otherwise than before. */
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
  // What a run did under our eyes is no incident.
  return (await busy()) ?? reading;
}

/** What runs have made of the lease, and the teardown when its time is up. */
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
  // A person who extends it at this very moment is right; the next look goes on from there.
  if (!(await context.leases.replace(gateway, before, after))) return context.leases.read(gateway);
  return after;
}

/** The lease once its time is up: the run that tears down is named, or it lapses. */
async function endOf(context: WatchContext, lease: Lease): Promise<Lease> {
  const lapsed = await context.whyNotToEnd(lease);
  // Nobody can tell now who is an operator: the next look asks again.
  if (lapsed?.kind === 'transient') return lease;
  return lapsed === undefined ? { ...lease, ending: endingRun(lease) } : { ...lease, lapsed };
}

/**
 * Starts the run that the lease's end has named, if a crash has kept it from being started.
 * @returns the lease as it is then: what stood behind its end may be gone by now.
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

/** False when it is to be tried again at the next look. */
async function tell(context: WatchContext, channel: string, kept: StoredNotice): Promise<boolean> {
  const { notice } = kept;
  try {
    await context.tell(channel, notice);
    return true;
  } catch (error) {
    context.signal.throwIfAborted();
    const fault = toFault(error);
    context.log.warn({ channel, notice: notice.id, fault }, 'notice not told');
    if (fault.kind === 'transient') return false;
    return fault.code === 'not_in_channel' ? tellInstead(context, channel, kept) : true;
  }
}

/** Nothing can be written there any more: whoever wanted it told is, once, and the channel is left alone. */
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
    context.log.warn({ channel, notice: notice.id, fault }, 'notice not told');
    if (fault.kind === 'transient') return false;
  }
  await context.unsubscribe(channel);
  return true;
}
