// Delivery of messages with a picture, which Slack processes first.
import { setTimeout as after } from 'node:timers/promises';
import { toFault } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';

/** Slack processes an upload in a second or more. */
const patienceMs = 6_000;
const pauseMs = 400;

/**
 * The message is sent without the picture if Slack does not accept it.
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
      const { kind, code } = toFault(error);
      if (kind === 'transient') throw error;
      const isNotReady = code === 'file_not_ready';
      if (!isNotReady || performance.now() > until) {
        log.warn({ code, err: error }, 'picture post failed');
        break;
      }
      await after(pauseMs);
    }
  }
  await send(undefined);
}
