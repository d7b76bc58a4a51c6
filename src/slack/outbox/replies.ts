// Replies of the receiver, as tellers: a message in a thread, to a person alone, or in the place of a question.
import type { Message } from '../messages/message.ts';
import { type Messenger, whenAdmitted } from '../send/messenger.ts';
import { refusesEdit } from '../send/slack-faults.ts';
import type { Place } from '../send/slack-memory.ts';

/** Ids only. */
export interface ReplyPlace {
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string | undefined;
  readonly isThreadNew?: boolean | undefined;
}

/** `everybody`: in the thread. `asker`: to the person alone, as a lasting message in direct messages; `unstored`: never lasting. */
export type ReplyWay = 'everybody' | 'asker' | 'unstored';

export interface ReplyTellers {
  reply(to: ReplyPlace, way: ReplyWay, message: Message): Promise<void>;
  /** In the place of the question that the person has answered; beside it where Slack takes no edit. */
  replace(question: Place, user: string, message: Message): Promise<void>;
}

export function replyTellers(messenger: Messenger): ReplyTellers {
  return {
    reply: (to, way, message) =>
      whenAdmitted(async () => {
        if (way === 'everybody') await messenger.postOrDirect(to, message);
        else if (way === 'asker') await messenger.postEphemeral(to, message);
        else await messenger.postEphemeralThere(to, message);
      }),
    replace: async (question, user, message) => {
      try {
        await messenger.editPatiently(question, message);
      } catch (error) {
        if (!refusesEdit(error)) throw error;
        const to = { user, channel: question.channel };
        await whenAdmitted(() => messenger.postEphemeral(to, message));
      }
    },
  };
}
