// The person's screen, reloaded after each change, with stable identities of unchanged parts.
import { useEffect, useState } from 'preact/hooks';
import { readScreen, type Screen, watch } from './workspace-client.ts';

/** One read at a time; the last change is always read. */
export function useScreen(me: string): { screen: Screen | undefined; isUp: boolean } {
  const [seen, setSeen] = useState<{ me: string; screen: Screen }>();
  const [isUp, setUp] = useState(true);
  useEffect(() => {
    let reading = false;
    let again = false;
    let left = false;
    const read = async (): Promise<void> => {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      do {
        again = false;
        const next = await readScreen(me).catch(() => undefined);
        if (!left && next !== undefined) {
          setSeen((last) => ({
            me,
            screen: last?.me === me ? keepSame(last.screen, next) : next,
          }));
        }
      } while (again);
      reading = false;
    };
    const stop = watch(me, () => void read(), setUp);
    return () => {
      left = true;
      stop();
    };
  }, [me]);
  return { screen: seen?.me === me ? seen.screen : undefined, isUp };
}

/** `next`, with every part replaced by its equal previous part. */
export function keepSame<T>(last: T, next: T): T {
  if (Object.is(last, next)) return last;
  if (Array.isArray(last) && Array.isArray(next)) {
    const known = new Map<unknown, unknown>(last.map((each, at) => [keyOf(each, at), each]));
    const kept: unknown[] = next.map((each: unknown, at) =>
      keepSame(known.get(keyOf(each, at)), each),
    );
    const isSame = kept.length === last.length && kept.every((each, at) => each === last[at]);
    return (isSame ? last : kept) as T;
  }
  if (isRecord(last) && isRecord(next)) {
    const keys = Object.keys(next);
    const kept = Object.fromEntries(keys.map((key) => [key, keepSame(last[key], next[key])]));
    const isSame =
      keys.length === Object.keys(last).length && keys.every((key) => kept[key] === last[key]);
    return (isSame ? last : kept) as T;
  }
  return next;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Named items are matched across positions. */
function keyOf(each: unknown, at: number): unknown {
  if (!isRecord(each)) return at;
  return each['ts'] ?? each['id'] ?? each['block_id'] ?? at;
}
