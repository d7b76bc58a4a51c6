// One answer a job, however many workers finish it: one that lost its job's lock does not know, and must not speak a second time.
import { setTimeout as after } from 'node:timers/promises';
import type { SlackMemory } from './slack-memory.ts';

const lookMs = 200;

/**
 * Speaks unless it was spoken; while another is speaking, waits for what becomes of that: what a crash has cut off
 * is free again after some seconds.
 */
export async function sayOnce(
  memory: SlackMemory,
  name: string,
  speak: () => Promise<void>,
): Promise<void> {
  while (!(await memory.takeDelivery(name))) {
    if (await memory.wasDelivered(name)) return;
    await after(lookMs);
  }
  try {
    await speak();
  } catch (error) {
    await memory.dropDelivery(name);
    throw error;
  }
  await memory.deliveryDone(name);
}
