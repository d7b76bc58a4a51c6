// The panel's connection to the live feed: one EventSource with automatic reconnection.
import { useEffect, useState } from 'preact/hooks';
import type { CloudState, LiveEvents, SwitchboardState } from '../../live/live-state.ts';
import type { RequestTrace } from '../../dataplane/trace.ts';

export interface Live {
  readonly cloud: CloudState | undefined;
  readonly board: SwitchboardState | undefined;
  /** Newest first. */
  readonly requests: readonly RequestTrace[];
  /** The sandbox's clock minus the browser's. */
  readonly skew: number;
}

const requestsKept = 40;
const nothing: Live = { cloud: undefined, board: undefined, requests: [], skew: 0 };

export function useLive(): Live {
  const [live, setLive] = useState<Live>(nothing);
  useEffect(() => {
    const source = new EventSource('/_sandbox/live');
    const on = <E extends keyof LiveEvents>(
      event: E,
      take: (before: Live, state: LiveEvents[E]) => Live,
    ): void =>
      source.addEventListener(event, (message: MessageEvent<string>) => {
        const state = JSON.parse(message.data) as LiveEvents[E];
        setLive((before) => take(before, state));
      });
    on('cloud', (before, cloud) => ({ ...before, cloud, skew: cloud.now - Date.now() }));
    on('switchboard', (before, board) => ({ ...before, board }));
    on('requests', (before, all) => ({
      ...before,
      requests: all.toReversed().slice(0, requestsKept),
    }));
    on('request', (before, one) => ({ ...before, requests: withRequest(before.requests, one) }));
    return () => source.close();
  }, []);
  return live;
}

function withRequest(all: readonly RequestTrace[], one: RequestTrace): readonly RequestTrace[] {
  return all.some(({ id }) => id === one.id)
    ? all.map((old) => (old.id === one.id ? one : old))
    : [one, ...all].slice(0, requestsKept);
}
