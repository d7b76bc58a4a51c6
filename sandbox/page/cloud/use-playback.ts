// Playback of a request's hops at readable pace; most take under a millisecond.
import { useEffect, useState } from 'preact/hooks';
import type { HopSeen, RequestTrace } from '../../dataplane/trace.ts';

const hopMs = 260;

/** The hops to show now; the last one is highlighted until the next is shown. */
export function usePlayback(request: RequestTrace | undefined): readonly HopSeen[] {
  const id = request?.id;
  const hops = request?.hops ?? [];
  const [shown, setShown] = useState({ id, upTo: hops.length });
  const isSame = shown.id === id;
  // A request that ended before the panel was open is shown in its final state.
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
