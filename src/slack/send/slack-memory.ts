// State of the Slack side in Redis: deliveries, channels, open modals, job messages.
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Log } from '../../kernel/log.ts';
import { createRecordReader } from '../../kernel/stored.ts';
import { type Mark, outcomeStatuses } from '../messages/message.ts';

/** Slack's last retry comes after five minutes. */
const dedupeMs = 600_000;
/** A delivery whose handling never ended (a crash) may be handled again by the next retry. */
const takenMs = 5_000;
/** From a delivery to its job; changes of a profile are visible soon after. */
const userMs = 5_000;
const dayMs = 86_400_000;
/** A process that pauses for less than this, or whose call to Slack takes that long, keeps its claim. */
const claimMs = 15_000;
/** Longer than the tries of any message. */
const toldMs = 2 * dayMs;

/** KEYS name. ARGV claim, ms; 0 drops it. Only the holder of the claim changes it. */
const keepClaim = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('DEL', KEYS[1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

export interface Place {
  readonly channel: string;
  readonly ts: string;
}

/** Place and progress of an answer. */
export interface AnswerPlace {
  /** The message with the question, in whose thread the answer is streamed. */
  readonly root?: Place | undefined;
  /** The message with the answer. */
  readonly at?: Place | undefined;
  /** It is a Slack stream, which accepts no edits while it is open. */
  readonly stream?: boolean | undefined;
  /** Part of the answer was shown. */
  readonly hasStarted: boolean;
}

/** `unopened`: Slack refused to open it. */
export type ModalView = { readonly id: string; readonly hash?: string } | 'unopened';

const place = z.object({ channel: z.string(), ts: z.string() });
const modalView = z.union([
  z.object({ id: z.string(), hash: z.string().exactOptional() }),
  z.literal('unopened'),
]);
const answerPlace = z.object({
  root: place.optional(),
  at: place.optional(),
  stream: z.boolean().optional(),
  hasStarted: z.boolean(),
});
const mark: z.ZodType<Mark, Mark> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('outcome'), status: z.enum(outcomeStatuses), job: z.string() }),
  z.object({ kind: z.literal('accepted'), job: z.string() }),
]);
const delivery = z.object({ mark: mark.exactOptional() });

export interface SlackMemory {
  /** Whether Redis is connected; a later command may still fail. */
  isUp(): boolean;
  /** False when the delivery was handled, or is being handled, already. */
  takeDelivery(id: string): Promise<boolean>;
  /** @param mark of the reply, which is repeated. */
  deliveryDone(id: string, mark?: Mark): Promise<void>;
  /** undefined until the delivery has been handled to its end. */
  doneDelivery(id: string): Promise<{ readonly mark?: Mark } | undefined>;
  /** After a failure, so that a repeated delivery is not lost. */
  dropDelivery(id: string): Promise<void>;
  /** A recent response of `users.info` about a person: the worker need not repeat the receiver's call. */
  saveUser(user: string, answer: object): Promise<void>;
  user(user: string): Promise<object | undefined>;
  /** True for the first event about a message of a person, and for its repetitions; false for all others. */
  claimMessage(message: Place, event: string): Promise<boolean>;
  /** Whether the bot has posted there before. */
  mayPost(channel: string): Promise<boolean>;
  savePost(channel: string, may: boolean): Promise<void>;
  saveModal(job: string, view: ModalView): Promise<void>;
  modal(job: string): Promise<ModalView | undefined>;
  /** Place of the one message of a job or run. */
  saveMessage(job: string, place: Place): Promise<void>;
  message(job: string): Promise<Place | undefined>;
  saveAnswer(job: string, place: AnswerPlace): Promise<void>;
  answer(job: string): Promise<AnswerPlace | undefined>;
  /** Active job of a thread: Slack's own Stop names only the thread. */
  saveSession(thread: Place, job: string): Promise<void>;
  session(thread: Place): Promise<string | undefined>;
  /** Thread of the active job. */
  sessionOf(job: string): Promise<Place | undefined>;
  /** Removes the job from the thread. */
  endSession(thread: Place, job: string): Promise<void>;
  /** True for the first caller with this name, for a day: for effects that a crash may lose. */
  once(name: string): Promise<boolean>;
  /** Claims a message for a few seconds; false while it is claimed, and once it was sent. */
  claimTelling(name: string, claim: string): Promise<boolean>;
  renewTelling(name: string, claim: string): Promise<void>;
  /** After a failure, so that another caller may send it. */
  dropTelling(name: string, claim: string): Promise<void>;
  noteTold(name: string): Promise<void>;
  wasTold(name: string): Promise<boolean>;
}

/** @param prefix begins every key. */
export function createSlackMemory(redis: Redis, prefix: string, log: Log): SlackMemory {
  const key = (kind: string, id: string): string => `${prefix}:slack:${kind}:${id}`;
  const read = createRecordReader(log);
  const readKey = async <Schema extends z.ZodType>(schema: Schema, name: string) =>
    read(schema, name, await redis.get(name));
  return {
    isUp: () => redis.status === 'ready',
    takeDelivery: async (id) =>
      (await redis.set(key('delivery', id), 'taken', 'PX', takenMs, 'NX')) === 'OK',
    deliveryDone: async (id, mark) =>
      void (await redis.set(key('delivery', id), JSON.stringify({ mark }), 'PX', dedupeMs)),
    doneDelivery: async (id) => {
      const kept = await redis.get(key('delivery', id));
      if (kept === null || kept === 'taken') return undefined;
      // The delivery was handled, whatever was stored; an earlier version stored no mark.
      return kept === 'done' ? {} : (read(delivery, key('delivery', id), kept) ?? {});
    },
    dropDelivery: async (id) => void (await redis.del(key('delivery', id))),
    saveUser: async (user, answer) =>
      void (await redis.set(key('user', user), JSON.stringify(answer), 'PX', userMs)),
    user: (user) => readKey(z.looseObject({}), key('user', user)),
    claimMessage: async (message, event) => {
      const name = key('heard', threadName(message));
      if ((await redis.set(name, event, 'PX', dayMs, 'NX')) === 'OK') return true;
      return (await redis.get(name)) === event;
    },
    mayPost: async (channel) => (await redis.exists(key('posts', channel))) === 1,
    savePost: async (channel, may) => {
      if (may) await redis.set(key('posts', channel), '1', 'PX', 30 * dayMs);
      else await redis.del(key('posts', channel));
    },
    saveModal: async (job, view) =>
      void (await redis.set(key('modal', job), JSON.stringify(view), 'PX', dedupeMs)),
    modal: (job) => readKey(modalView, key('modal', job)),
    saveMessage: async (job, place) =>
      void (await redis.set(key('message', job), JSON.stringify(place), 'PX', 30 * dayMs)),
    message: (job) => readKey(place, key('message', job)),
    saveAnswer: async (job, place) =>
      void (await redis.set(key('answer', job), JSON.stringify(place), 'PX', dayMs)),
    answer: (job) => readKey(answerPlace, key('answer', job)),
    saveSession: async (thread, job) => {
      await redis
        .multi()
        .set(key('session', threadName(thread)), job, 'PX', dayMs)
        .set(key('session-of', job), JSON.stringify(thread), 'PX', dayMs)
        .exec();
    },
    session: async (thread) => (await redis.get(key('session', threadName(thread)))) ?? undefined,
    sessionOf: (job) => readKey(place, key('session-of', job)),
    endSession: async (thread, job) => {
      // The claim of the thread's other question stays.
      await redis.eval(keepClaim, 1, key('session', threadName(thread)), job, 0);
      await redis.del(key('session-of', job));
    },
    once: async (name) => (await redis.set(key('once', name), '1', 'PX', dayMs, 'NX')) === 'OK',
    claimTelling: async (name, claim) =>
      (await redis.set(key('told', name), claim, 'PX', claimMs, 'NX')) === 'OK',
    renewTelling: async (name, claim) =>
      void (await redis.eval(keepClaim, 1, key('told', name), claim, claimMs)),
    dropTelling: async (name, claim) =>
      void (await redis.eval(keepClaim, 1, key('told', name), claim, 0)),
    noteTold: async (name) => void (await redis.set(key('told', name), 'told', 'PX', toldMs)),
    wasTold: async (name) => (await redis.get(key('told', name))) === 'told',
  };
}

/** Name of the stored last card of a gateway's runs in a channel. */
export const lastCardOf = (gateway: string): string => `last-card:${gateway}`;

const threadName = ({ channel, ts }: Place): string => `${channel}:${ts}`;
