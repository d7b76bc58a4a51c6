// Who sees an answer: the one rule for where it goes and what its ack says of it.
import type { Addressee, SeenBy } from '../../jobs/audience.ts';

type Seen = Pick<Addressee, 'threadTs' | 'seenBy' | 'viewId'>;

/** Without a thread, a command's answer goes to the asker alone. */
export function seenBy({ threadTs, seenBy: wanted }: Seen): SeenBy {
  return threadTs === undefined ? 'asker' : (wanted ?? 'everybody');
}

/** What an ack says about the answer that follows. */
export function whereSeen(to: Seen): string {
  if (to.viewId !== undefined) return 'it appears in a window';
  return seenBy(to) === 'asker'
    ? 'only you will see the answer'
    : 'the answer comes in this thread';
}
