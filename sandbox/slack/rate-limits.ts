// Slack's rate tiers, on the real clock: so many calls of a method a minute, and one message a second a channel.
export type Tier = 1 | 2 | 3 | 4 | 'special' | 'post';

const WINDOW_MS = 60_000;
const PER_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100, special: 600, post: 300 } as const;
/** Slack names one message a second a channel and tolerates short bursts. */
const POST_BURST = 5;
const POST_INTERVAL_MS = 1_000;

export interface RateLimits {
  /** Counts the call and lets it pass, or says after how many seconds to come back. */
  readonly take: (call: {
    method: string;
    tier: Tier;
    channel: string | undefined;
  }) => number | undefined;
  /** From now on the channel takes no message, and says each time to come back in a second. */
  readonly hold: (channel: string) => void;
  readonly reset: () => void;
}

/** @param factor how many times these limits the app has been granted. */
export function createRateLimits(now: () => number, factor = 1): RateLimits {
  const calls = new Map<string, number[]>();
  const buckets = new Map<string, { level: number; at: number }>();
  const held = new Set<string>();
  return {
    take: ({ method, tier, channel }) => {
      const recent = calls.get(method) ?? [];
      calls.set(method, recent);
      const begin = now() - WINDOW_MS;
      const gone = recent.findIndex((at) => at > begin);
      recent.splice(0, gone === -1 ? recent.length : gone);
      const oldest = recent[0];
      if (oldest !== undefined && recent.length >= PER_MINUTE[tier] * factor) {
        return seconds(oldest + WINDOW_MS - now());
      }
      if (tier === 'post' && channel !== undefined) {
        if (held.has(channel)) return 1;
        const waitMs = takeFromBucket(buckets, channel, now(), factor);
        if (waitMs > 0) return seconds(waitMs);
      }
      recent.push(now());
      return undefined;
    },
    hold: (channel) => void held.add(channel),
    reset: () => {
      held.clear();
      calls.clear();
      buckets.clear();
    },
  };
}

function takeFromBucket(
  buckets: Map<string, { level: number; at: number }>,
  channel: string,
  now: number,
  factor: number,
): number {
  const burst = POST_BURST * factor;
  const intervalMs = POST_INTERVAL_MS / factor;
  const bucket = buckets.get(channel) ?? { level: burst, at: now };
  const level = Math.min(burst, bucket.level + (now - bucket.at) / intervalMs);
  if (level < 1) {
    buckets.set(channel, { level, at: now });
    return (1 - level) * intervalMs;
  }
  buckets.set(channel, { level: level - 1, at: now });
  return 0;
}

/** Retry-After is in whole seconds, never 0. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
