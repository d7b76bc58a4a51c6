// Verification of Slack's signature: fresh timestamp, and HMAC over the raw body.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Maximum difference of a request's timestamp from our clock, seconds. */
const toleranceSeconds = 300;

export interface Stamped {
  readonly stamp: string;
  readonly signature: string;
}

/** The two headers; undefined if one is missing. */
export function stampOf(headers: IncomingHttpHeaders): Stamped | undefined {
  const stamp = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (typeof stamp !== 'string' || typeof signature !== 'string') return undefined;
  return { stamp, signature };
}

/** Any other text is no signature, whatever the body is. */
export const isWellFormed = ({ signature }: Stamped): boolean => /^v0=[\da-f]{64}$/.test(signature);

/** Neither old nor from the future: a recorded request must not become valid later. */
export function isFresh({ stamp }: Stamped, nowMs: number): boolean {
  return /^\d{1,12}$/.test(stamp) && Math.abs(nowMs / 1000 - Number(stamp)) <= toleranceSeconds;
}

export function isSigned({ stamp, signature }: Stamped, body: Buffer, secret: string): boolean {
  const hmac = createHmac('sha256', secret).update(`v0:${stamp}:`).update(body).digest('hex');
  const given = Buffer.from(signature, 'latin1');
  const desired = Buffer.from(`v0=${hmac}`, 'latin1');
  // The length of a valid signature is no secret.
  return given.length === desired.length && timingSafeEqual(given, desired);
}
