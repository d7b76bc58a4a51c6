// Check for queues that were paused in Redis.
import type { Queue } from 'bullmq';
import { fail } from '../kernel/errors.ts';

/** Checks each queue on its own connection. @throws permanent/queue_paused: only a tool for BullMQ pauses queues. */
export async function requireUnpaused(queues: readonly Queue[]): Promise<void> {
  const paused = await Promise.all(queues.map((queue) => queue.isPaused()));
  const names = queues.filter((_, at) => paused[at]).map(({ name }) => name);
  if (names.length === 0) return;
  throw fail('permanent', 'queue_paused', `Queues are paused in Redis: ${names.join(', ')}`, {
    next: 'Resume them with the tool that paused them. Until then, commands are accepted but not processed.',
  });
}
