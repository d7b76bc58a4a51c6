// Effects on people that equal callers have once, over all processes.
import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { SlackMemory } from './slack-memory.ts';

const lookMs = 200;
/** A claim that is held is renewed so often, ms, and ends by itself some time after its process. */
const renewMs = 3_000;

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
 * Says one thing once: claimed, said, then noted as said. Returns when it was said by any caller. A process that dies
 * or stands still in between holds the claim for some seconds, so a crash delays the words and never loses them.
 * @param isOver whether the words are given up after this failure, and not tried by another caller.
 */
export async function sayOnce(
  memory: SlackMemory,
  name: string,
  speak: () => Promise<unknown>,
  isOver: (error: unknown) => boolean = () => false,
): Promise<void> {
  const claim = randomUUID();
  while (!(await memory.claimTelling(name, claim))) {
    if (await memory.wasTold(name)) return;
    await after(lookMs);
  }
  const renewal = setInterval(() => {
    memory.renewTelling(name, claim).catch(() => undefined);
  }, renewMs).unref();
  try {
    await speak();
  } catch (error) {
    if (isOver(error)) await memory.noteTold(name);
    else await memory.dropTelling(name, claim).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(renewal);
  }
  await memory.noteTold(name);
}
