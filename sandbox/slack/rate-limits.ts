// Slack's rate tiers on the real clock, per method and per channel.
export type Tier = 1 | 2 | 3 | 4 | 'special' | 'post';

const WINDOW_MS = 60_000;
const PER_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100, special: 600, post: 300 } as const;
/** Slack documents one message per second per channel and tolerates short bursts. */
const POST_BURST = 5;
const POST_INTERVAL_MS = 1_000;

export interface RateLimits {
  /** Counts an allowed call, or returns the seconds until the next attempt. */
  readonly take: (call: {
    method: string;
    tier: Tier;
    channel: string | undefined;
  }) => number | undefined;
  /** From now on the channel accepts no message, and asks for a retry in one second each time. */
  readonly hold: (channel: string) => void;
  readonly reset: () => void;
}

/** @param factor multiplier of these limits for the app. */
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
