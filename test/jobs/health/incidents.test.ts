// Incidents by table: notices to channels after observations and runs, minute by minute.
import { describe, expect, test } from 'vitest';
import type { Notice } from '../../../jobs/health/watch/notices.ts';
import {
  type GatewayReading,
  afterReading,
  afterRuns,
  prune,
  untoldIn,
} from '../../../jobs/health/watch/incidents.ts';
import { type EndedRun, type WatchMemory, firstMemory } from '../../../jobs/health/watch/memory.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);

const ready: GatewayReading = { state: 'ready' };
const route: GatewayReading = { state: 'degraded', cause: 'The route is missing.' };
const pods: GatewayReading = { state: 'degraded', cause: '0 of 3 model servers are ready.' };
const open: GatewayReading = {
  state: 'degraded',
  cause: 'It answers without a key.',
  open: 'answered',
};
const unsure: GatewayReading = {
  state: 'degraded',
  cause: 'The extension is not in force.',
  open: 'possible',
};
const blind: GatewayReading = { state: 'unknown', cause: 'The API does not answer.' };
const absent: GatewayReading = { state: 'absent' };
const repair: GatewayReading = { state: 'provisioning', run: 'provision-2', runbook: 'provision' };
const removal: GatewayReading = { state: 'provisioning', run: 'teardown-3', runbook: 'teardown' };

const run = (
  runbook: string,
  status: EndedRun['status'],
  id = `${runbook}-x`,
): Partial<EndedRun> => ({
  id,
  runbook,
  status,
});

/** One entry per minute: an observation, a run that ended, or both. */
type Minute = GatewayReading | Partial<EndedRun> | readonly [Partial<EndedRun>, GatewayReading];

interface Told {
  readonly memory: WatchMemory;
  /** The last state of each message in a channel that subscribes to every event. */
  readonly messages: Map<string, Notice>;
  /** New messages and edits, in order. */
  readonly log: string[];
}

function live(minutes: readonly Minute[], first = firstMemory([], start)): Told {
  const messages = new Map<string, Notice>();
  const log: string[] = [];
  let memory = first;
  minutes.forEach((given, index) => {
    const now = start + index * minute;
    const parts = Array.isArray(given) ? given : [given];
    for (const part of parts as (GatewayReading | Partial<EndedRun>)[]) {
      memory =
        'state' in part
          ? afterReading(memory, 'default', part, now)
          : afterRuns(memory, 'default', [
              {
                leaseMs: undefined,
                by: { user: 'U1', channel: 'C1' },
                at: now,
                ...part,
              } as EndedRun,
            ]);
    }
    memory = {
      ...memory,
      notices: memory.notices.map((kept) => {
        if (untoldIn(kept, ['C1']).length === 0) return kept;
        log.push(`${messages.has(kept.notice.id) ? 'edit' : 'post'} ${kept.notice.event}`);
        messages.set(kept.notice.id, kept.notice);
        return { ...kept, told: { C1: kept.version } };
      }),
    };
    memory = prune(memory, () => ['C1'], now);
  });
  return { memory, messages, log };
}

const calm = [ready, ready] as const;
const repeat = (look: GatewayReading, times: number): GatewayReading[] =>
  Array.from({ length: times }, () => look);

test.each<[string, readonly Minute[], string[]]>([
  ['a gateway that never existed is not reported', [absent, absent, route, route], []],
  ['a ready gateway is not reported', [...calm, ...calm], []],
  ['a first provisioning is reported', [run('provision', 'succeeded'), ready], ['post ready']],
  ['a later one without changes is not', [...calm, run('provision', 'succeeded')], []],
  ['a failed run is reported', [run('provision', 'failed'), route, route], ['post failed']],
  ['a cancelled run is not', [run('provision', 'cancelled')], []],
  ['one degraded observation is not reported', [...calm, route, ready, route, ready], []],
  ['two are reported once', [...calm, route, route, route, route], ['post degraded']],
  ['a changing cause edits', [...calm, route, route, pods], ['post degraded', 'edit degraded']],
  [
    'recovery closes the message',
    [...calm, route, route, ready, ready],
    ['post degraded', 'edit degraded'],
  ],
  ['an answer without a key is reported at once', [...calm, open], ['post protection']],
  ['a broken extension at the second observation', [...calm, unsure, unsure], ['post protection']],
  [
    'a worse problem has its own message',
    [...calm, pods, pods, open],
    ['post degraded', 'edit degraded', 'post protection'],
  ],
  ['an unknown state is silent for ten minutes', [...calm, ...repeat(blind, 10)], []],
  ['a skipped observation is silent', [...calm, route, { state: 'unread' }, route], []],
  ['an unknown state is reported after that', [...calm, ...repeat(blind, 11)], ['post degraded']],
  ['an unknown state is no second degraded one', [...calm, route, blind, ready], []],
  ['a cluster that disappears is reported', [...calm, absent, absent], ['post gone']],
  [
    'a gateway that is torn down is gone',
    [...calm, removal, run('teardown', 'succeeded')],
    ['post gone'],
  ],
  ['remains of a teardown are not reported', [...calm, removal, route, route], []],
  [
    'a repair is shown and closes the incident',
    [...calm, route, route, repair, [run('provision', 'succeeded', 'provision-2'), ready]],
    ['post degraded', 'edit degraded', 'edit degraded'],
  ],
  [
    'a failed repair is reported, and the incident continues',
    [...calm, route, route, repair, [run('provision', 'failed'), route], route],
    ['post degraded', 'edit degraded', 'edit degraded', 'post failed'],
  ],
  [
    'a problem that returns soon is the same incident',
    [...calm, route, route, ready, route, route],
    ['post degraded', 'edit degraded', 'edit degraded'],
  ],
  [
    'another cause is another incident, however soon',
    [...calm, route, route, ready, pods, pods],
    ['post degraded', 'edit degraded', 'post degraded'],
  ],
  [
    'a problem that returns late is another incident',
    [...calm, route, route, ready, ...repeat(ready, 11), route, route],
    ['post degraded', 'edit degraded', 'post degraded'],
  ],
  [
    'a problem that returns after a repair is another incident',
    [...calm, route, route, run('provision', 'succeeded'), route, route],
    ['post degraded', 'edit degraded', 'post degraded'],
  ],
])('%s', (_what, minutes, expected) => {
  expect(live(minutes).log).toEqual(expected);
});

describe('an incident', () => {
  test('keeps its causes in order, and shows its outcome and end time', () => {
    const { messages, memory } = live([...calm, route, route, pods, ready]);
    expect([...messages.values()]).toEqual([
      expect.objectContaining({
        causes: [
          { at: start + 3 * minute, text: 'The route is missing.' },
          { at: start + 4 * minute, text: '0 of 3 model servers are ready.' },
        ],
        over: { at: start + 5 * minute, how: 'recovered' },
      }),
    ]);
    expect(memory.incident).toBeUndefined();
  });

  test('names the run that repairs it only while the run is active', () => {
    const during = live([...calm, route, route, repair]);
    expect([...during.messages.values()]).toMatchObject([{ repairing: 'provision-2' }]);
    const after = live([...calm, route, route, repair, route]);
    expect([...after.messages.values()][0]).not.toHaveProperty('repairing', 'provision-2');
  });

  test('has a limited number of entries', () => {
    const changing = Array.from({ length: 40 }, (_, index): GatewayReading => ({
      state: 'degraded',
      cause: `cause ${index}`,
    }));
    const [incident] = live([...calm, ...changing]).messages.values();
    expect(incident).toMatchObject({ causes: { length: 10 } });
  });
});

describe('the stored state', () => {
  test('is empty once every incident is closed and announced', () => {
    const minutes = [...calm, route, route, ready, ...repeat(ready, 12)];
    expect(live(minutes).memory.notices).toEqual([]);
  });

  test('a run is announced once, however often it is read', () => {
    const ended = { leaseMs: undefined, by: { user: 'U1', channel: 'C1' }, at: start } as const;
    const succeeded = { ...ended, id: 'p', runbook: 'provision', status: 'succeeded' } as const;
    const once = afterRuns(firstMemory([], start), 'default', [succeeded]);
    expect(once.notices).toHaveLength(1);
    expect(afterRuns(once, 'default', [succeeded])).toEqual(once);
  });

  test('a watch that starts on an existing gateway treats it as up, and announces no past events', () => {
    const by = { user: 'U1', channel: 'C1' };
    const old = {
      id: 'p',
      runbook: 'provision',
      status: 'succeeded',
      by,
      leaseMs: undefined,
    } as const;
    const runs = [{ ...old, at: start - 60 * minute }];
    const first = firstMemory(runs, start);
    expect(afterRuns(first, 'default', runs).notices).toEqual([]);
    expect(live([route, route], first).log).toEqual(['post degraded']);
  });
});

describe('a channel', () => {
  const told = live([...calm, route, route]).memory.notices[0];
  const closed = live([...calm, route, route, ready]).memory.notices[0];

  test('that subscribes during an incident gets its message', () => {
    expect(told && untoldIn(told, ['C1', 'C2'])).toEqual(['C2']);
  });

  test('that subscribes after an incident gets no message of it', () => {
    expect(closed && untoldIn(closed, ['C1', 'C2'])).toEqual([]);
  });

  test('that unsubscribes during an incident still gets the final edit of its message', () => {
    const before = closed && { ...closed, told: { C1: closed.version - 1 } };
    expect(before && untoldIn(before, [])).toEqual(['C1']);
  });
});
