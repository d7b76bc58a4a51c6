// Decline modal: an optional message to the requester.
import { z } from 'zod';
import { type CodecFields, codec } from '../../src/slack/messages/codec.ts';
import { section } from '../../src/slack/messages/message.ts';
import { type Modal, textField } from '../../src/slack/messages/modal.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

const wordChars = 500;

export const declineModalIds = { callback: 'approval.decline', word: 'word' } as const;

/** The question and the channel of its buttons. */
export const declinedQuestion = codec(z.object({ id: z.string(), channel: z.string() }));

export function declineModal(asked: CodecFields<typeof declinedQuestion>): Modal {
  return {
    title: 'Decline request',
    blocks: [
      section(mrkdwn`The requester gets a message that you declined this request.`),
      textField(declineModalIds.word, {
        label: 'Message to the requester',
        hint: 'The reason, or an alternative.',
        most: wordChars,
        isOptional: true,
      }),
    ],
    form: {
      submit: 'Decline',
      callback: declineModalIds.callback,
      metadata: declinedQuestion.write(asked),
    },
  };
}
