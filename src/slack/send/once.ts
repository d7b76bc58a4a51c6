// Effects on people that equal callers have once, over all processes.
import { setTimeout as after } from 'node:timers/promises';
import type { SlackMemory } from './slack-memory.ts';

const lookMs = 200;

/** @returns undefined where another caller does the work, or has done it. A failure leaves it to the next. */
export async function takeOnce<T>(
  memory: SlackMemory,
  name: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  if (!(await memory.takeDelivery(name))) return undefined;
  try {
    return { result: await work() };
  } catch (error) {
    await memory.dropDelivery(name).catch(() => undefined);
    throw error;
  }
}

/**
 * For the one answer of a job that two workers may finish, as one of them has lost the job's lock and does not know.
 * Returns when it was spoken by either; what a crash has cut off is free again after some seconds.
 */
export async function sayOnce(
  memory: SlackMemory,
  name: string,
  speak: () => Promise<void>,
): Promise<void> {
  while ((await takeOnce(memory, name, speak)) === undefined) {
    if (await memory.wasDelivered(name)) return;
    await after(lookMs);
  }
  await memory.deliveryDone(name);
}

/**
 * For news: the first caller of a day tells it, and the others go on at once. A crash may keep it from being told.
 * @param mayRepeat whether another caller may try after this failure.
 */
export async function tellOnce(
  memory: SlackMemory,
  name: string,
  tell: () => Promise<unknown>,
  mayRepeat: (error: unknown) => boolean = () => true,
): Promise<void> {
  if (!(await memory.once(name))) return;
  try {
    await tell();
  } catch (error) {
    if (mayRepeat(error)) await memory.notOnce(name);
    throw error;
  }
}
