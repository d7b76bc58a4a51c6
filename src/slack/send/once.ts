// Effects on people, once for equal callers over all processes.
import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { SlackMemory } from './slack-memory.ts';

const lookMs = 200;
/** Interval of a claim's renewal, ms; it expires some time after its process. */
const renewMs = 3_000;

/** @returns undefined if another caller does or has done the work. After a failure, the next caller may do it. */
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
 * Sends one message once: claim, send, mark. Returns when any caller has sent it. A process that dies
 * or stops in between holds the claim for a few seconds, so a crash delays the message and never loses it.
 * @param isOver whether this failure is final, so that no other caller tries again.
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
