// Age of a message, from every timestamp of its delivery. Pure.

/** Timestamps of the event; each but the first may be missing or malformed. */
export interface MessageStamps {
  /** Timestamp of the message itself. */
  readonly ts: string;
  /** `edited.ts` of the message. */
  readonly editedTs?: unknown;
  readonly eventTs?: unknown;
  /** `ts` of the event around a changed message. */
  readonly outerTs?: unknown;
}

/** The delivery of an event, over HTTP or Socket Mode. */
export interface Receipt {
  /** Epoch seconds. */
  readonly receivedAt: number;
  /** `event_time` of the envelope. */
  readonly eventTime?: unknown;
  /** `x-slack-retry-num`, or `retry_attempt` in Socket Mode. */
  readonly retryNum?: number | undefined;
}

/** An edit within this time corrects the message; a later one, or a later delivery, starts nothing. */
const freshSeconds = 300;

/** Maximum seconds from the first delivery to each retry: at once, after a minute, after five more. */
const retriedWithinSeconds = [0, 15, 80, 390] as const;

/** A repeated message is no older for it: its author did not cause the app's outage. */
function retrySeconds(retryNum: number | undefined): number {
  const last = retriedWithinSeconds.length - 1;
  const index = Number.isInteger(retryNum) ? Math.min(Math.max(retryNum ?? 0, 0), last) : 0;
  return retriedWithinSeconds[index] ?? 0;
}

/**
 * Seconds from the message to the latest of its timestamps, without the time of Slack's retries.
 * @returns Infinity for a message without a timestamp: it starts nothing.
 */
export function messageAge(
  { ts, editedTs, eventTs, outerTs }: MessageStamps,
  { receivedAt, eventTime, retryNum }: Receipt,
): number {
  const written = seconds(ts);
  if (written === undefined) return Infinity;
  const retried = retrySeconds(retryNum);
  const changes = [editedTs, eventTs, outerTs].map(seconds);
  const deliveries = [eventTime, receivedAt].map((at) => (seconds(at) ?? 0) - retried);
  const latest = [...changes, ...deliveries].reduce<number>(
    (last, at) => Math.max(last, at ?? 0),
    written,
  );
  return latest - written;
}

/** Slack's timeout of an ack, seconds. */
const ackedWithinSeconds = 3;
const lastRetry = 3;

/** Whether Slack has given up on this attempt and redelivers the event, perhaps to another process. */
export function isGivenUp(
  { receivedAt, eventTime, retryNum = 0 }: Receipt,
  now = Date.now() / 1000,
): boolean {
  if (retryNum >= lastRetry) return false;
  // The time of the event is that of its first attempt: in Socket Mode no other field gives it.
  const sentAt =
    retryNum === 0 ? Math.min(receivedAt, seconds(eventTime) ?? receivedAt) : receivedAt;
  return now - sentAt > ackedWithinSeconds;
}

export const isOld = ({ age }: { readonly age: number }): boolean => age > freshSeconds;

/** Epoch seconds of a timestamp; a number of milliseconds is invalid. */
function seconds(stamp: unknown): number | undefined {
  if (typeof stamp !== 'string' && typeof stamp !== 'number') return undefined;
  return /^\d{1,10}(\.\d+)?$/.test(String(stamp)) ? Number(stamp) : undefined;
}
