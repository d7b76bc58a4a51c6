// One effect per delivery: only the first of equal deliveries does the work.
import type { HandlerContext, Reply } from './command.ts';
import { accepted, say } from '../messages/message.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';
import { takeOnce } from '../send/once.ts';

/** Runs the work for the first of equal deliveries; the others get a short reply. A failed one may be delivered again. */
export async function once(
  { memory }: Pick<HandlerContext, 'memory'>,
  delivery: string,
  work: () => Promise<Reply>,
  job: string,
): Promise<Reply> {
  const taken = await takeOnce(memory, delivery, work);
  if (taken === undefined) {
    const text = mrkdwn`Already received. See the answer to the first request.`;
    return { message: say(text, { mark: accepted(job) }), isRepeat: true };
  }
  const reply = taken.result;
  // The job is in Redis under an id that merges a second one: the answer need not wait for this mark.
  const marked = memory.deliveryDone(delivery).catch(() => undefined);
  return { ...reply, after: async () => void (await Promise.all([marked, reply.after?.()])) };
}
