// Runs in Redis: journals, gateway locks, card timestamps and recent runs.
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { fail, toFault } from '../kernel/errors.ts';
import { parseJson } from '../kernel/json.ts';
import { type JournalEvent, type RunRequest, type RunState, eventTypes } from './journal.ts';
import { nextStatus, replay } from './run-state.ts';
import { appendEvent, createRun, settleRun } from './scripts.ts';

/** A run at the time of one read. */
export interface RunRecord {
  readonly events: readonly JournalEvent[];
  readonly state: RunState;
}

export type Created =
  | { readonly outcome: 'created' | 'exists'; readonly record: RunRecord }
  | { readonly outcome: 'locked'; readonly holder: string };

export type Appended =
  | { readonly outcome: 'appended'; readonly record: RunRecord }
  | { readonly outcome: 'stale' }
  | { readonly outcome: 'locked'; readonly holder: string };

/** State of the message that shows a run. */
export interface CardMemory {
  readonly ts: string | undefined;
  /** A post was started and its timestamp not saved. */
  readonly posting: boolean;
  /** ms since the epoch of the last rendering; 0 before the first. */
  readonly renderedAt: number;
  /** Number of journal events in that rendering. */
  readonly shown: number;
}

export interface RunStore {
  /** @throws bug/journal_unreadable, as half a journal is not safe to act on. */
  read(runId: string): Promise<RunRecord | undefined>;
  /** The request alone, without its results: it never changes. */
  request(runId: string): Promise<RunRequest | undefined>;
  /** Creates the run and takes the gateway's lock atomically, or returns the run that holds it. */
  create(request: RunRequest, at: number): Promise<Created>;
  /** Appends if nothing was appended since `record` was read. A last event releases the lock, a retry takes it. @throws bug/illegal_move */
  append(record: RunRecord, event: JournalEvent): Promise<Appended>;
  /** The unfinished run of a gateway. */
  activeRun(target: string): Promise<string | undefined>;
  /** Runs that are not over or whose last state is not shown yet. */
  open(): Promise<string[]>;
  /** Closes a run whose card has shown `length` events; false if there are more. */
  settle(runId: string, length: number): Promise<boolean>;
  /** Run ids, newest first; of one gateway or of all. */
  recent(options?: { readonly target?: string; readonly limit?: number }): Promise<string[]>;
  card(runId: string): Promise<CardMemory>;
  saveCard(runId: string, memory: Partial<CardMemory>): Promise<void>;
  /** Number of received journal events, by listener. */
  cursors(runId: string): Promise<Record<string, number>>;
  saveCursor(runId: string, listener: string, heard: number): Promise<void>;
  /** True once per name until `ttlMs` have passed. */
  claimOnce(name: string, ttlMs: number): Promise<boolean>;
  wasClaimed(name: string): Promise<boolean>;
}

export const defaultPrefix = 'llmgw';

/** @param prefix begins every key; give it `{braces}` on a Redis Cluster, as the scripts touch several keys. */
export function createRunStore(redis: Redis, prefix: string = defaultPrefix): RunStore {
  const journal = (runId: string): string => `${prefix}:run:${runId}:journal`;
  const cardKey = (runId: string): string => `${prefix}:run:${runId}:card`;
  const cursorsKey = (runId: string): string => `${prefix}:run:${runId}:cursors`;
  const lock = (target: string): string => `${prefix}:lock:${target}`;
  const openKey = `${prefix}:open`;
  const runs = `${prefix}:runs`;
  const onceKey = (name: string): string => `${prefix}:once:${name}`;

  const read = async (runId: string): Promise<RunRecord | undefined> => {
    const lines = await redis.lrange(journal(runId), 0, -1);
    const events = lines.map((line) => eventIn(runId, line));
    const state = replay(events);
    return state === undefined ? undefined : { events, state };
  };

  const create = async (request: RunRequest, at: number): Promise<Created> => {
    const { runId, target } = request;
    const event: JournalEvent = { at, type: 'run_requested', request };
    const keys = [journal(runId), lock(target), openKey, runs, `${runs}:${target}`];
    const [outcome, holder] = answer(
      await redis.eval(createRun, keys.length, ...keys, runId, JSON.stringify(event), at),
    );
    if (outcome === 'locked') return { outcome, holder };
    const record = await read(runId);
    if (record === undefined || (outcome !== 'created' && outcome !== 'exists')) {
      throw fail('bug', 'journal_lost', `The journal of run ${runId} is gone from Redis.`);
    }
    return { outcome, record };
  };

  const append = async (record: RunRecord, event: JournalEvent): Promise<Appended> => {
    const { runId, target } = record.state.request;
    const state = nextStatus(record.state, event);
    const keys = [journal(runId), lock(target), openKey];
    const line = JSON.stringify(event);
    const [outcome, holder] = answer(
      // prettier-ignore
      await redis.eval(appendEvent, keys.length, ...keys, runId, line, record.events.length, lockMove(event)),
    );
    if (outcome === 'locked') return { outcome, holder };
    if (outcome !== 'appended') return { outcome: 'stale' };
    return { outcome, record: { events: [...record.events, event], state } };
  };

  return {
    read,
    request: async (runId) => {
      const line = await redis.lindex(journal(runId), 0);
      const event = line === null ? undefined : eventIn(runId, line);
      return event?.type === 'run_requested' ? event.request : undefined;
    },
    create,
    append,
    activeRun: async (target) => (await redis.get(lock(target))) ?? undefined,
    open: () => redis.smembers(openKey),
    settle: async (runId, length) =>
      (await redis.eval(settleRun, 2, journal(runId), openKey, runId, length)) === 1,
    recent: ({ target, limit = 20 } = {}) =>
      redis.zrevrange(target === undefined ? runs : `${runs}:${target}`, 0, limit - 1),
    card: async (runId) => cardIn(await redis.hgetall(cardKey(runId))),
    saveCard: async (runId, { ts, posting, renderedAt, shown }) => {
      await redis.hset(cardKey(runId), {
        ...(ts === undefined ? {} : { ts }),
        ...(posting === undefined ? {} : { posting: posting ? '1' : '0' }),
        ...(renderedAt === undefined ? {} : { renderedAt }),
        ...(shown === undefined ? {} : { shown }),
      });
    },
    cursors: async (runId) => {
      const kept = Object.entries(await redis.hgetall(cursorsKey(runId)));
      return Object.fromEntries(kept.map(([listener, heard]) => [listener, Number(heard)]));
    },
    saveCursor: async (runId, listener, heard) =>
      void (await redis.hset(cursorsKey(runId), listener, heard)),
    claimOnce: async (name, ttlMs) =>
      (await redis.set(onceKey(name), '1', 'PX', ttlMs, 'NX')) === 'OK',
    wasClaimed: async (name) => (await redis.exists(onceKey(name))) === 1,
  };
}

function cardIn({ ts, posting, renderedAt, shown }: Record<string, string>): CardMemory {
  return {
    ts,
    posting: posting === '1',
    renderedAt: Number(renderedAt ?? 0),
    shown: Number(shown ?? 0),
  };
}

/** Fields by event belong to this bot; the type identifies another version. */
const storedEvent = z.looseObject({
  at: z.number(),
  type: z.enum(eventTypes),
  step: z.string().optional(),
  request: z.looseObject({ runId: z.string(), runbook: z.string(), target: z.string() }).optional(),
});

function eventIn(runId: string, line: string): JournalEvent {
  const event = parseJson(line);
  if (storedEvent.safeParse(event).success) return event as JournalEvent;
  throw fail('bug', 'journal_unreadable', `The journal of run ${runId} cannot be read.`, {
    next: 'Another version of the bot may have written it: check that all processes run the same version.',
  });
}

/** Lists omit such a run; actions on it fail. */
export function withoutUnreadable(error: unknown): undefined {
  if (toFault(error).code !== 'journal_unreadable') throw error;
}

function lockMove(event: JournalEvent): 'keep' | 'release' | 'take' {
  if (event.type === 'run_retried') return 'take';
  const isEnd =
    event.type === 'run_succeeded' || event.type === 'run_failed' || event.type === 'run_cancelled';
  return isEnd ? 'release' : 'keep';
}

function answer(reply: unknown): [outcome: string, holder: string] {
  const [outcome, holder] = Array.isArray(reply) ? reply : [];
  return [String(outcome), typeof holder === 'string' ? holder : ''];
}
