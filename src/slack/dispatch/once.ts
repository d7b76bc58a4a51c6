// Deduplication of deliveries: only the first of equal ones does the work.
import { setTimeout as after } from 'node:timers/promises';
import type { HandlerContext, Reply } from './command.ts';
import { type Mark, accepted, say } from '../messages/message.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';
import { takeOnce } from '../send/once.ts';
import type { SlackMemory } from '../send/slack-memory.ts';

const lookMs = 50;
/** Maximum wait of a repeated delivery for the first one's mark, ms; an ack may take longer. */
const patienceMs = 600;

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
    const mark = (await markOf(memory, delivery)) ?? accepted(job);
    return { message: say(text, { mark }), isRepeat: true };
  }
  const reply = taken.result;
  // The job is in Redis under an id that merges a second one: the answer need not wait for this mark.
  const marked = memory.deliveryDone(delivery, reply.message.mark).catch(() => undefined);
  return { ...reply, after: async () => void (await Promise.all([marked, reply.after?.()])) };
}

/** From the first reply, which may name another job: a run is also named after its gateway. */
async function markOf(memory: SlackMemory, delivery: string): Promise<Mark | undefined> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const done = await memory.doneDelivery(delivery);
    if (done !== undefined || performance.now() > until) return done?.mark;
    await after(lookMs);
  }
}
