// The window in which an operator declines a wish, with a word to the asker. Pure.
import { z } from 'zod';
import { type CodecFields, codec } from '../../src/slack/messages/codec.ts';
import { section } from '../../src/slack/messages/message.ts';
import { type Modal, noticeModal, textField } from '../../src/slack/messages/modal.ts';
import { mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

const wordChars = 500;

export const declineModalIds = { callback: 'approval.decline', word: 'word' } as const;

/** The question, and where its buttons were. */
export const declinedQuestion = codec(z.object({ id: z.string(), channel: z.string() }));

export function declineModal(asked: CodecFields<typeof declinedQuestion>): Modal {
  return {
    title: 'Decline',
    blocks: [
      section(mrkdwn`Whoever asked is told that you have declined it.`),
      textField(declineModalIds.word, {
        label: 'A word to them',
        hint: 'Why not, or what to do instead.',
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

export const declineNotice = noticeModal('Decline');
