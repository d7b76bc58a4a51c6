// Invariants of the quiet state after faults: outcomes, cards, locks, cloud and secrets.
import { createRunStore } from '../src/engine/run-store.ts';
import type { Debt } from './act.ts';
import { differences, doubledClusters, standing } from './cloud.ts';
import {
  type Shown,
  type ToldTwice,
  allShown,
  endedIn,
  toldTwice,
  unended,
  unpaid,
} from './outcomes.ts';
import { people } from './draw-traffic.ts';
import { type Secret, secretsKept, secretsShown } from './secrets.ts';
import type { Stage } from './stage.ts';
import { pendingWork, withRedis } from './store.ts';

export interface Findings {
  readonly violations: readonly string[];
  /** Outcomes posted twice around a fault that hid whether Slack accepted the first. */
  readonly toldTwice: readonly ToldTwice[];
}

export async function look({ slack }: Pick<Stage, 'slack'>): Promise<Shown[]> {
  return allShown(await Promise.all(people.map((who) => slack.screen(who))));
}

/** Polls, as an outcome in a modal disappears with the modal. */
export interface Witness {
  look(): Promise<Shown[]>;
  /** Jobs whose outcome was visible in any poll. */
  ended(): ReadonlySet<string>;
}

export function createWitness(stage: Pick<Stage, 'slack'>): Witness {
  const ended = new Set<string>();
  return {
    look: async () => {
      const shown = await look(stage);
      for (const job of endedIn(shown)) ended.add(job);
      return shown;
    },
    ended: () => ended,
  };
}

/** Open work and missing outcomes: none once all is quiet. */
export async function unrest(
  stage: Stage,
  debts: readonly Debt[],
  seen: Witness = createWitness(stage),
): Promise<string[]> {
  const shown = await seen.look();
  const ended = seen.ended();
  const work = await withRedis(stage.sandbox.redis.url, pendingWork);
  const isWell = await stage.fleet.areHealthy();
  return [
    ...(isWell ? [] : ['a process is not healthy']),
    ...work.map((each) => `still at work: ${each}`),
    ...unpaid(debts, shown, ended).map(
      ({ what, as, job, spoken }) => `no outcome for ${as}: ${what} (${job ?? spoken?.ts ?? ''})`,
    ),
    ...unended(shown, ended).map((job) => `accepted and never ended: ${job}`),
  ];
}

const allRuns = 'llmgw:runs';

/** @param isExcused whether a fault at that time hid from the bot that Slack accepted a post. */
export async function outcomesHold(
  stage: Stage,
  isExcused: (told: ToldTwice) => boolean,
): Promise<Findings> {
  const runs = await withRedis(stage.sandbox.redis.url, (redis) =>
    redis.zrange(allRuns, '0', '-1'),
  );
  const twice = toldTwice(await look(stage), new Set(runs));
  const excused = twice.filter(isExcused);
  const others = twice.filter((each) => !excused.includes(each));
  return {
    violations: others.map(
      ({ job, at, texts }) => `told ${at.length} times: ${job}: ${texts.join(' | ')}`,
    ),
    toldTwice: excused,
  };
}

export async function runsHold(stage: Stage): Promise<string[]> {
  const shown = new Map((await look(stage)).map((each) => [each.id, each]));
  return withRedis(stage.sandbox.redis.url, async (redis) => {
    const store = createRunStore(redis);
    const locks = await redis.keys('llmgw:lock:*');
    const found = [...locks, ...(await store.open())].map((name) => `not let go: ${name}`);
    for (const runId of await store.recent({ limit: 1_000 })) {
      const record = await store.read(runId);
      const card = await store.card(runId);
      const mark = shown.get(card.ts ?? '')?.mark;
      const status = record?.state.status ?? 'lost';
      const shows = mark?.kind === 'outcome' ? mark.status : mark?.kind;
      const expected = status === 'succeeded' ? 'ok' : 'failed';
      if (shows !== expected)
        found.push(`run ${runId} ${status}, its card shows ${shows ?? 'nothing'}`);
      const length = record?.events.length ?? 0;
      if (card.shown !== length)
        found.push(`the card of ${runId} knows ${card.shown} of ${length} events`);
    }
    return found;
  });
}

export async function messagesHold({ slack }: Stage): Promise<string[]> {
  const screens = await Promise.all(people.map((who) => slack.screen(who)));
  const found = screens.flatMap(({ messages, agentSessions, threadStatuses }) => [
    ...messages.filter(({ streaming }) => streaming).map(({ ts }) => `still streaming: ${ts}`),
    ...agentSessions
      .filter(({ status }) => status === 'processing')
      .map(({ threadTs }) => `still thinking in ${threadTs}`),
    ...threadStatuses.map(({ threadTs, status }) => `still "${status}" in ${threadTs}`),
  ]);
  return [...new Set(found)];
}

export async function secretsHold(stage: Stage, secrets: readonly Secret[]): Promise<string[]> {
  const found = [
    ...secretsShown(secrets, await look(stage)),
    ...(await secretsKept(secrets, stage)),
  ];
  return [...new Set(found)];
}

export async function worldOf({ sandbox }: Pick<Stage, 'sandbox'>): Promise<unknown> {
  return (await fetch(`${sandbox.url}/_sandbox/world`)).json();
}

/** After a teardown that removes apps. */
export async function cloudHolds(stage: Stage, before: unknown): Promise<string[]> {
  const after = await worldOf(stage);
  const { gke } = after as {
    gke: { operations: Record<string, { type: string; cluster: string; startedAt: number }> };
  };
  const unknown = stage.sandbox.context.unknown.map(
    ({ call }) => `call that no service knows: ${call}`,
  );
  return [
    ...differences(standing(before), standing(after)),
    ...doubledClusters(Object.values(gke.operations)),
    ...unknown,
  ];
}
