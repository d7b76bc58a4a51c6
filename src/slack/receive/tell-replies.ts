// Replies to deliveries: stored before the ack, sent at once or by a worker.
import { hash } from 'node:crypto';
import { storeDown } from '../dispatch/deadline.ts';
import type { Message } from '../messages/message.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ReplyPlace, ReplyTellers, ReplyWay } from '../outbox/replies.ts';
import type { Place } from '../send/slack-memory.ts';
import type { PendingWork } from './pending-work.ts';

export interface Replies {
  /**
   * Resolves once the delivery may be acked; the message is sent after that. Equal deliveries get one reply.
   * @returns the function that sends it now.
   * @param isGivenUp whether Slack redelivers the event: without the store no process knows which one replies, so this one
   * leaves it to the next attempt.
   * @throws while neither the store nor Slack accepts the message.
   */
  prepareReply(
    delivery: string,
    to: ReplyPlace,
    way: ReplyWay,
    message: Message,
    isGivenUp?: () => boolean,
  ): Promise<Tell>;
  /** @param now sends it in a better way, which cannot be stored. */
  prepareAnswer(
    delivery: string,
    answer: ActionAnswer,
    now?: () => Promise<unknown>,
  ): Promise<Tell>;
  /** Prepares and starts. */
  reply(delivery: string, to: ReplyPlace, way: ReplyWay, message: Message): Promise<void>;
}

export type Tell = () => Promise<void>;

/** For the person who clicked: beside the message, or replacing it. */
export interface ActionAnswer {
  readonly to: ReplyPlace;
  readonly message: Message;
  readonly replaces?: Place | undefined;
}

export interface ReplyParts {
  readonly outbox: Outbox;
  readonly tellers: ReplyTellers;
  readonly pending: PendingWork;
}

export function createReplies({ outbox, tellers, pending }: ReplyParts): Replies {
  const prepareReply: Replies['prepareReply'] = (delivery, to, way, message, isGivenUp) => {
    const telling = { what: 'reply', args: [to, way, message] };
    const tell = (): Promise<void> => tellers.reply(to, way, message);
    return outbox.prepare(idOf(delivery), telling, tell, async () => {
      if (isGivenUp?.() === true) throw storeDown(false);
      await tell();
    });
  };
  return {
    prepareReply,
    prepareAnswer: (delivery, { to, message, replaces }, now) => {
      const id = idOf(delivery);
      if (replaces === undefined) {
        const telling = { what: 'reply', args: [to, 'asker', message] };
        return outbox.prepare(id, telling, now ?? (() => tellers.reply(to, 'asker', message)));
      }
      const telling = { what: 'replace', args: [replaces, to.user, message] };
      return outbox.prepare(id, telling, () => tellers.replace(replaces, to.user, message));
    },
    reply: async (delivery, to, way, message) => {
      pending.run('reply', await prepareReply(delivery, to, way, message));
    },
  };
}

/** Delivery names hold ids of Slack, with characters that no job id has. */
const idOf = (delivery: string): string => `reply-${hash('sha256', delivery).slice(0, 32)}`;
