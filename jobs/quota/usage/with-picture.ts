// Messages with a picture: sent once Slack has processed it, else without.
import { setTimeout as after } from 'node:timers/promises';
import { toFault } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';

/** Slack processes an upload in a second or more. */
const patienceMs = 6_000;
const pauseMs = 400;

/**
 * The picture is an extra: whatever Slack has against it, the rest is sent.
 * @throws transient faults, and what `send` throws without a picture.
 */
export async function sendWithPicture<Picture>(
  picture: Picture | undefined,
  send: (picture: Picture | undefined) => Promise<void>,
  log: Log,
): Promise<void> {
  const until = performance.now() + patienceMs;
  while (picture !== undefined) {
    try {
      return await send(picture);
    } catch (error) {
      const fault = toFault(error);
      if (fault.kind === 'transient') throw error;
      const isNotReady = fault.code === 'file_not_ready';
      if (!isNotReady || performance.now() > until) {
        log.warn({ fault }, 'picture not shown');
        break;
      }
      await after(pauseMs);
    }
  }
  await send(undefined);
}
