// Current result of a media query.
import { useEffect, useState } from 'preact/hooks';

export const phone = '(max-width: 760px)';
export const wide = '(min-width: 1500px)';

export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = (): void => setHolds(list.matches);
    look();
    list.addEventListener('change', look);
    return () => list.removeEventListener('change', look);
  }, [query]);
  return holds;
}
