// Visibility of an answer: its place, and its ack's sentence.
import { type Addressee, seenBy } from '../../job/addressee.ts';
import { type Mrkdwn, mrkdwn } from '../messages/mrkdwn.ts';

type Seen = Pick<Addressee, 'threadTs' | 'seenBy' | 'viewId'>;

/** The ack's sentence about the answer that follows. */
export function visibilityText(to: Seen): Mrkdwn {
  if (to.viewId !== undefined) return mrkdwn`it opens in a modal`;
  return seenBy(to) === 'asker'
    ? mrkdwn`only you will see the answer`
    : mrkdwn`the answer appears in this thread`;
}
