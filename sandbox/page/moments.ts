// Times in the reader's own zone: of messages, and of Slack's <!date^…> marks.

const day = (at: Date): string => at.toDateString();

export function clockTime(ts: string): string {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { timeStyle: 'short' });
}

export function isoTime(ts: string): string {
  return new Date(Number(ts) * 1000).toISOString();
}

/** "Today", "Yesterday", or the date: the divider between messages. */
export function dayName(ts: string, now: Date = new Date()): string {
  const at = new Date(Number(ts) * 1000);
  if (day(at) === day(now)) return 'Today';
  if (day(at) === day(new Date(now.getTime() - 86_400_000))) return 'Yesterday';
  return at.toLocaleDateString([], { weekday: 'long', month: 'long', day: 'numeric' });
}

/** "just now", "4 min ago", otherwise the time. */
export function agoOf(ts: string, now: number = Date.now()): string {
  const minutes = Math.floor((now / 1000 - Number(ts)) / 60);
  if (minutes < 1) return 'just now';
  return minutes < 60 ? `${minutes} min ago` : clockTime(ts);
}

/** Slack's date tokens; the pretty ones give "today" and "yesterday" as words. */
export function fillDate(seconds: number, format: string): string {
  const at = new Date(seconds * 1000);
  const long = at.toLocaleDateString([], { weekday: 'long', month: 'long', day: 'numeric' });
  const middle = at.toLocaleDateString([], { month: 'long', day: 'numeric', year: 'numeric' });
  const short = at.toLocaleDateString([], { month: 'short', day: 'numeric' });
  const ts = String(seconds);
  const pretty = (otherwise: string): string => {
    const name = dayName(ts);
    return name === 'Today' || name === 'Yesterday' ? name.toLowerCase() : otherwise;
  };
  const words: Readonly<Record<string, string>> = {
    date: middle,
    date_short: short,
    date_long: long,
    date_num: at.toISOString().slice(0, 10),
    date_slash: at.toLocaleDateString(),
    date_pretty: pretty(middle),
    date_short_pretty: pretty(short),
    date_long_pretty: pretty(long),
    time: at.toLocaleTimeString([], { timeStyle: 'short' }),
    time_secs: at.toLocaleTimeString([], { timeStyle: 'medium' }),
    ago: agoOf(ts),
  };
  return format.replaceAll(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);
}
