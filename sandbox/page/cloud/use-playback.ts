// Plays a request's way at a pace that eyes can follow: most hops take less than a millisecond.
import { useEffect, useState } from 'preact/hooks';
import type { HopSeen, RequestTrace } from '../../dataplane/trace.ts';

const hopMs = 260;

/** The hops to be shown now; the last one is lit until the next is. */
export function usePlayback(request: RequestTrace | undefined): readonly HopSeen[] {
  const id = request?.id;
  const hops = request?.hops ?? [];
  const [shown, setShown] = useState({ id, upTo: hops.length });
  const isSame = shown.id === id;
  // What had ended before the panel was opened is shown as it ended.
  const upTo = isSame ? shown.upTo : 1;
  const isBehind = upTo < hops.length;
  useEffect(() => {
    if (isSame && !isBehind) return undefined;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      setShown({ id, upTo: hops.length });
      return undefined;
    }
    if (!isSame) setShown({ id, upTo: 1 });
    const timer = setTimeout(() => setShown({ id, upTo: upTo + 1 }), hopMs);
    return () => clearTimeout(timer);
  }, [id, isSame, isBehind, upTo, hops.length]);
  return hops
    .slice(0, upTo)
    .map((one, index) =>
      isBehind && index === upTo - 1 ? { ...one, state: 'here', words: '' } : one,
    );
}
