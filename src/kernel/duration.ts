// Durations: formatted for people, and parsed from typed text.

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `340 ms`, `12 s`, `1 min 5 s`, `1 h 5 min`: the two largest units, the smaller one rounded and left out when it is 0. */
export function formatDuration(ms: number): string {
  if (ms < secondMs) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / secondMs);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return inTwo(seconds, 60, 'min', 's');
  return inTwo(Math.floor(seconds / 60), 60, 'h', 'min');
}

/** `45 s`, `24 min`, `1 h 5 min`: an estimate, in whole minutes from one minute on. */
export function formatEstimate(ms: number): string {
  return formatDuration(ms < minuteMs ? ms : Math.round(ms / minuteMs) * minuteMs);
}

function inTwo(count: number, base: number, large: string, small: string): string {
  const rest = count % base;
  return `${Math.floor(count / base)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

/** `60 s`, `3 minutes`, `24 hours`, `31 days`: an upper bound in one unit, never too short. */
export function formatBound(ms: number): string {
  if (ms < secondMs) return `${Math.max(1, Math.ceil(ms))} ms`;
  if (ms < 2 * minuteMs) return `${Math.ceil(ms / secondMs)} s`;
  if (ms < 2 * hourMs) return `${Math.ceil(ms / minuteMs)} minutes`;
  if (ms < 2 * dayMs) return `${Math.ceil(ms / hourMs)} hours`;
  return `${Math.ceil(ms / dayMs)} days`;
}

const unitMs: Readonly<Record<string, number>> = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs };

/** `90s`, `30m`, `12h`, `30d` in ms; NaN for other text. */
export function parseDuration(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(count) * (unitMs[unit] ?? Number.NaN);
}
