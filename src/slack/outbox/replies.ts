// Reply tellers of the receiver: threads, ephemeral messages and replaced questions.
import { toFault } from '../../kernel/errors.ts';
import { faultMessage } from '../messages/fault.ts';
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
  /** Replaces the question that the person has answered; beside it if Slack accepts no edit. */
  replace(question: Place, user: string, message: Message): Promise<void>;
}

/** The text must not last; if Slack accepts no ephemeral message, a lasting one explains that. */
async function tellUnstored(messenger: Messenger, to: ReplyPlace, message: Message): Promise<void> {
  try {
    await messenger.postEphemeralThere(to, message);
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind === 'transient') throw error;
    await messenger.post({ channel: to.user }, faultMessage(fault, message.mark?.job ?? 'reply'));
  }
}

export function replyTellers(messenger: Messenger): ReplyTellers {
  return {
    reply: (to, way, message) =>
      whenAdmitted(async () => {
        if (way === 'everybody') await messenger.postOrDirect(to, message);
        else if (way === 'asker') await messenger.postEphemeral(to, message);
        else await tellUnstored(messenger, to, message);
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
