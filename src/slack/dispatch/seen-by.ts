// Who sees an answer: the one rule for where it goes and what its ack says of it.
import { type Addressee, seenBy } from '../../job/addressee.ts';
import { type Mrkdwn, mrkdwn } from '../messages/mrkdwn.ts';

type Seen = Pick<Addressee, 'threadTs' | 'seenBy' | 'viewId'>;

/** What an ack says about the answer that follows. */
export function whereSeen(to: Seen): Mrkdwn {
  if (to.viewId !== undefined) return mrkdwn`it appears in a window`;
  return seenBy(to) === 'asker'
    ? mrkdwn`only you will see the answer`
    : mrkdwn`the answer comes in this thread`;
}
