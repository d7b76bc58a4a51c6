// The watch: one cheap look at every gateway, the news of it to the channels that asked, and leases brought to their end.
import { toFault } from '../src/errors.ts';
import type { Notice } from './notices.ts';
import type { WatchContext } from './watch/context.ts';
import { type Look, afterLook, afterRuns, prune, untoldIn } from './watch/incidents.ts';
import { type Lease, afterLease, endingRun, isDue, leaseAfter } from './watch/lease.ts';
import { lookAt } from './watch/look.ts';
import { type EndedRun, type KeptNotice, type WatchMemory, firstMemory } from './watch/memory.ts';

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
  const look = await lookOrBusy(context, gateway, isHeard);
  const runs = await context.endedRuns(gateway);
  const known = before ?? firstMemory(runs, context.now());
  const isFree = look.state !== 'busy';
  const lease = await advanceLease(context, gateway, {
    runs: runs.filter(({ at }) => at > known.seenUntil),
    isFree,
  });
  await bringToEnd(context, lease, { runs, isFree });
  const now = context.now();
  const seen = afterLook(afterRuns(known, gateway, runs), gateway, look, now);
  const memory = afterLease(seen, lease, now);
  // Saved before it is told: told twice after a crash, it is the same notice.
  await context.saveMemory(gateway, memory);
  if (newsOf(memory) !== newsOf(known)) await context.refreshHomes();
  await tellAll(context, gateway, memory);
}

/** What there is to tell: another string means that the gateway stands otherwise than before. */
const newsOf = ({ notices }: WatchMemory): string =>
  notices.map(({ notice: { id }, version }) => `${id} ${version}`).join();

async function lookOrBusy(context: WatchContext, gateway: string, isHeard: boolean): Promise<Look> {
  const { log, signal } = context;
  const busy = async (): Promise<Look | undefined> => {
    const holding = await context.holding(gateway);
    return holding === undefined ? undefined : { state: 'busy', ...holding };
  };
  const before = await busy();
  if (before !== undefined) return before;
  if (!isHeard) return { state: 'unseen' };
  const look = await lookAt({ env: await context.env(gateway), log, signal });
  // What a run did under our eyes is no incident.
  return (await busy()) ?? look;
}

/** What runs have made of the lease, and the teardown when its time is up. */
async function advanceLease(
  context: WatchContext,
  gateway: string,
  { runs, isFree }: { readonly runs: readonly EndedRun[]; readonly isFree: boolean },
): Promise<Lease | undefined> {
  const before = await context.leases.read(gateway);
  const granted = runs.reduce<Lease | undefined>(
    (lease, run) => leaseAfter(lease, gateway, run),
    before,
  );
  const now = context.now();
  const after =
    isFree && isDue(granted, now) ? { ...granted, ending: endingRun(granted) } : granted;
  if (after === before) return before;
  // A person who extends it at this very moment is right; the next look goes on from there.
  if (!(await context.leases.replace(gateway, before, after))) return context.leases.read(gateway);
  return after;
}

/** Starts what the lease's end has named, until it is known to have run: a crash may have come in between. */
async function bringToEnd(
  { startTeardown }: WatchContext,
  lease: Lease | undefined,
  { runs, isFree }: { readonly runs: readonly EndedRun[]; readonly isFree: boolean },
): Promise<void> {
  const id = lease?.ending;
  if (lease === undefined || id === undefined || !isFree) return;
  if (!runs.some((run) => run.id === id)) await startTeardown({ id, lease });
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
async function tell(context: WatchContext, channel: string, kept: KeptNotice): Promise<boolean> {
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
  { notice, channel: own, user }: KeptNotice,
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
