// Incidents of a gateway: opened, changed and closed by observations. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { Guidance } from '../../../src/kernel/guidance.ts';
import type { Incident } from '../../../src/gateway/runs.ts';
import { type Notice, isOver } from './notices.ts';
import { type EndedRun, type WatchMemory, addNotice, changeNotice } from './memory.ts';

/** One observation of a gateway. */
export type GatewayReading =
  | { readonly state: 'ready' }
  /** `open`: its protection is broken, which is certain when a request without a key was answered. */
  | {
      readonly state: 'degraded';
      readonly cause: Guidance;
      readonly open?: 'answered' | 'possible';
    }
  | { readonly state: 'absent' }
  /** Not observed: nobody is subscribed. */
  | { readonly state: 'unread' }
  | { readonly state: 'unknown'; readonly cause: Guidance }
  /** A run changes it, so an observation means nothing. */
  | { readonly state: 'provisioning'; readonly run: string; readonly runbook: string };

/** Failed observations are reported late: most pass. */
const blindMs = 600_000;
/** The same cause within this time reopens the incident. */
const reopenMs = 600_000;
const keptCauses = 10;

/** Applies the runs since the last observation, oldest first. */
export function afterRuns(
  memory: WatchMemory,
  gateway: string,
  runs: readonly EndedRun[],
): WatchMemory {
  return runs
    .filter(({ at }) => at > memory.seenUntil)
    .reduce((known, run) => ({ ...afterRun(known, gateway, run), seenUntil: run.at }), memory);
}

function afterRun(memory: WatchMemory, gateway: string, run: EndedRun): WatchMemory {
  const { id, runbook, status, at } = run;
  const base = { id: idOf(runbook === 'teardown' ? 'gone' : 'run', gateway, at), gateway, at };
  // A repaired incident cannot reopen: the next is another one.
  const known = { ...memory, passed: undefined };
  if (status === 'cancelled') return known;
  if (status === 'failed') return addNotice(known, { ...base, event: 'failed', run: id, runbook });
  if (runbook === 'teardown') {
    const closed = close(known, at, 'gone');
    return { ...addNotice(closed, { ...base, event: 'gone', run: id }), isUp: false };
  }
  if (runbook !== 'provision') return known;
  if (known.incident !== undefined) return { ...close(known, at, 'recovered'), isUp: true };
  if (known.isUp) return withoutSuspect(known);
  return { ...addNotice(known, { ...base, event: 'ready', run: id }), isUp: true };
}

/** Applies an observation. */
export function afterReading(
  memory: WatchMemory,
  gateway: string,
  reading: GatewayReading,
  now: number,
): WatchMemory {
  switch (reading.state) {
    case 'provisioning':
      return whileBusy(withoutSuspect(memory), reading);
    case 'unread':
      return withoutSuspect(memory);
    case 'ready': {
      const id = memory.incident;
      const closed = close(withoutSuspect(memory), now, 'recovered');
      return { ...closed, isUp: true, ...(id === undefined ? {} : { passed: { id, at: now } }) };
    }
    case 'absent': {
      if (!memory.isUp) return memory;
      const base = { id: idOf('gone', gateway, now), gateway, at: now };
      const closed = close(withoutSuspect(memory), now, 'gone');
      return { ...addNotice(closed, { ...base, event: 'gone', run: undefined }), isUp: false };
    }
    case 'degraded':
    case 'unknown':
      return memory.isUp ? whileWrong(memory, gateway, reading, now) : memory;
  }
}

function whileBusy(
  memory: WatchMemory,
  reading: Extract<GatewayReading, { state: 'provisioning' }>,
): WatchMemory {
  // A gateway in teardown is expected to be down.
  if (reading.runbook === 'teardown') return { ...memory, isUp: false };
  return changeIncident(memory, (incident) =>
    incident.repairing === reading.run ? incident : { ...incident, repairing: reading.run },
  );
}

type Wrong = Extract<GatewayReading, { cause: Guidance }>;

function whileWrong(
  memory: WatchMemory,
  gateway: string,
  reading: Wrong,
  now: number,
): WatchMemory {
  const suspect = {
    since: memory.suspect?.since ?? now,
    looks: (memory.suspect?.looks ?? 0) + 1,
  };
  const event =
    reading.state === 'degraded' && reading.open !== undefined ? 'protection' : 'degraded';
  const open = memory.notices.find(({ notice }) => notice.id === memory.incident)?.notice;
  const isWorse = open?.event === 'degraded' && event === 'protection' && isCertain(reading);
  if (open !== undefined && !isWorse) {
    // One failed observation adds nothing to an open incident.
    return reading.state === 'unknown' ? memory : addCause(memory, reading.cause, now);
  }
  if (!isWorse && !isDue(reading, suspect, now)) return { ...memory, suspect };
  const again = reopened(memory, event, reading.cause, now);
  if (again !== undefined) return again;
  const closed = withoutSuspect(close(memory, now, 'worse'));
  const id = idOf('incident', gateway, now);
  const causes = [{ at: now, text: reading.cause }];
  return { ...addNotice(closed, { id, gateway, at: now, event, causes }), incident: id };
}

const isCertain = (reading: Wrong): boolean =>
  reading.state === 'degraded' && reading.open === 'answered';

function isDue(reading: Wrong, suspect: { since: number; looks: number }, now: number): boolean {
  if (reading.state === 'unknown') return now - suspect.since >= blindMs;
  return isCertain(reading) || suspect.looks >= 2;
}

function reopened(
  memory: WatchMemory,
  event: Incident['event'],
  cause: Guidance,
  now: number,
): WatchMemory | undefined {
  const { passed } = memory;
  if (passed === undefined || now - passed.at > reopenMs) return undefined;
  const known = memory.notices.find(({ notice }) => notice.id === passed.id)?.notice;
  if (known?.event !== event || !isDeepStrictEqual(known.causes.at(-1)?.text, cause))
    return undefined;
  const open = { ...withoutSuspect(memory), passed: undefined, incident: passed.id };
  return changeIncident(open, (incident) => ({ ...incident, over: undefined }));
}

function addCause(memory: WatchMemory, text: Guidance, at: number): WatchMemory {
  return changeIncident(memory, (incident) => {
    const isKnown = isDeepStrictEqual(incident.causes.at(-1)?.text, text);
    if (isKnown && incident.repairing === undefined) return incident;
    // The repairing run has ended: the gateway could be observed.
    const causes = isKnown ? incident.causes : [...incident.causes, { at, text }];
    return { ...incident, repairing: undefined, causes: causes.slice(-keptCauses) };
  });
}

function close(
  memory: WatchMemory,
  at: number,
  how: NonNullable<Incident['over']>['how'],
): WatchMemory {
  const closed = changeIncident(memory, (incident) => ({ ...incident, over: { at, how } }));
  return { ...withoutSuspect(closed), incident: undefined };
}

function changeIncident(
  memory: WatchMemory,
  change: (incident: Incident) => Incident,
): WatchMemory {
  if (memory.incident === undefined) return memory;
  return changeNotice(memory, memory.incident, (notice) =>
    notice.event === 'degraded' || notice.event === 'protection' ? change(notice) : notice,
  );
}

function withoutSuspect(memory: WatchMemory): WatchMemory {
  return { ...memory, suspect: undefined };
}

/** Drops notices that are delivered and cannot change. */
export function prune(
  memory: WatchMemory,
  channelsOf: (notice: Notice) => readonly string[],
  now: number,
): WatchMemory {
  const notices = memory.notices.filter((kept) => {
    const { notice, channel } = kept;
    const isOpen = notice.id === memory.incident || (notice.event === 'lease' && !isOver(notice));
    const mayReopen = notice.id === memory.passed?.id && now - memory.passed.at <= reopenMs;
    if (isOpen || mayReopen) return true;
    const own = channel === undefined ? [] : [channel];
    const untold = untoldIn(kept, [...channelsOf(notice), ...own]);
    return untold.length > 0 && now - notice.at <= staleMs;
  });
  return { ...memory, notices };
}

/** A notice that could not be delivered for a day is dropped. */
const staleMs = 86_400_000;

/** Channels that have not seen the notice's current version. */
export function untoldIn(
  { notice, version, told }: WatchMemory['notices'][number],
  channels: readonly string[],
): string[] {
  // A closed notice is news only to channels that saw it open.
  const notifier = isOver(notice) ? Object.keys(told) : [...channels, ...Object.keys(told)];
  return [...new Set(notifier)].filter((channel) => (told[channel] ?? 0) < version);
}

function idOf(kind: string, gateway: string, at: number): string {
  return `${kind}-${gateway}-${at.toString(36)}`;
}
