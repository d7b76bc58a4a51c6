// Permalinks to this workspace's messages (chat.getPermalink), opened in place.
import { useEffect, useRef } from 'preact/hooks';

const permalink = /^#\/([CDG][A-Z0-9]+)(?:\/|$)/;

/** True for an address of this page. */
export function isPermalink(url: string): boolean {
  return url.startsWith(`${location.origin}/#/`);
}

export function usePermalinks(onGo: (channel: string) => void): void {
  const go = useRef(onGo);
  go.current = onGo;
  useEffect(() => {
    const follow = (): void => {
      const [, channel] = permalink.exec(location.hash) ?? [];
      if (channel === undefined) return;
      // The same link may be clicked again.
      history.replaceState(null, '', location.pathname + location.search);
      go.current(channel);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
}
