// Requests on their way through the gateways, hop by hop, told as it happens: what the picture of the request path is lit by.
import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';

export type Hop = 'client' | 'gateway' | 'extension' | 'apigee' | 'pool' | 'model';

export interface HopSeen {
  readonly hop: Hop;
  /** `here` while the request is at it; `ignored` when it failed and was told to let requests through. */
  readonly state: 'here' | 'passed' | 'refused' | 'ignored';
  /** Why, where there is something to say. */
  readonly words: string;
  /** Time spent at it. */
  readonly ms: number;
}

/** A request as far as it has come; what it did not meet is not among its hops. */
export interface RequestTrace {
  readonly id: string;
  readonly at: number;
  readonly gateway: string;
  readonly method: string;
  readonly path: string;
  /** The first characters of the key that came with it. */
  readonly key: string | undefined;
  readonly hops: readonly HopSeen[];
  /** `developer/app`, once a key was recognised. */
  readonly app: string | undefined;
  /** What of the switchboard struck it. */
  readonly fault: string | undefined;
  /** Absent while it is on its way. */
  readonly ended: Ending | undefined;
}

interface Ending {
  readonly verdict: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly ms: number;
}

export interface Trace {
  /** The request has come to this hop, and so has passed the one before. */
  reach(hop: Hop): void;
  /** The hop that it is at failed, and lets it through all the same. */
  ignore(words: string): void;
  /** The hop that it is at answered this instead of passing it on. */
  refuse(answer: Answer): void;
  strike(fault: string): void;
  end(ending: Ending & { readonly app: string | undefined }): void;
}

export interface Traces {
  begin(incoming: IncomingMessage, about: { readonly gateway: string; readonly at: number }): Trace;
  /** The last ones, oldest first. */
  list(): readonly RequestTrace[];
  /** Called with a request whenever it moves; returns what unsubscribes. */
  onMove(listener: (trace: RequestTrace) => void): () => void;
}

const ringSize = 200;

export function createTraces(now: () => number): Traces {
  const ring: RequestTrace[] = [];
  const listeners = new Set<(trace: RequestTrace) => void>();
  let last = 0;
  return {
    begin: (incoming, about) => {
      last += 1;
      const head = {
        ...about,
        id: `request-${last}`,
        method: incoming.method ?? 'GET',
        path: (incoming.url ?? '/').split('?')[0] ?? '/',
        key: maskedKey(incoming),
      };
      ring.push({ ...head, hops: [], app: undefined, fault: undefined, ended: undefined });
      ring.splice(0, Math.max(0, ring.length - ringSize));
      return createTrace(now, (change) => {
        const at = ring.findIndex((one) => one.id === head.id);
        const before = ring[at];
        if (before === undefined) return;
        const after = { ...before, ...change(before) };
        ring[at] = after;
        for (const listener of listeners) listener(after);
      });
    },
    list: () => ring,
    onMove: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

type Change = (before: RequestTrace) => Partial<RequestTrace>;

function createTrace(now: () => number, change: (how: Change) => void): Trace {
  let since = now();
  let isDecided = false;
  const leave = (
    hops: readonly HopSeen[],
    state: HopSeen['state'],
    words = '',
  ): readonly HopSeen[] => {
    const here = hops.at(-1);
    if (here?.state !== 'here') return hops;
    return [...hops.slice(0, -1), { ...here, state, words, ms: now() - since }];
  };
  const reach = (hop: Hop): void => {
    change(({ hops }) => {
      const here = hops.at(-1);
      if (here?.hop === hop && here.state === 'here') return {};
      const before = leave(hops, 'passed');
      since = now();
      return { hops: [...before, { hop, state: 'here', words: '', ms: 0 }] };
    });
  };
  reach('client');
  return {
    reach,
    ignore: (words) => change(({ hops }) => ({ hops: leave(hops, 'ignored', words) })),
    refuse: (answer) => {
      isDecided = true;
      change(({ hops }) => ({ hops: leave(hops, 'refused', wordsOf(answer)) }));
    },
    strike: (fault) => change(() => ({ fault })),
    end: ({ app, ...ended }) =>
      change(({ hops, fault }) => {
        const isWell = ended.status >= 200 && ended.status < 400 && !isDecided;
        const words = ended.status === 0 ? 'the connection was closed' : `HTTP ${ended.status}`;
        const because = fault === undefined ? words : `${words} (${fault})`;
        const left = isWell ? leave(hops, 'passed') : leave(hops, 'refused', because);
        return { hops: left, app, ended };
      }),
  };
}

/** What the answer says, without its wrapping. */
function wordsOf({ body, status, verdict }: Answer): string {
  const [, faultstring] = /"faultstring":"([^"]*)"/.exec(body) ?? [];
  return faultstring ?? (body === '' ? `${verdict.replaceAll('_', ' ')} (HTTP ${status})` : body);
}

function maskedKey(incoming: IncomingMessage): string | undefined {
  const header = incoming.headers['x-api-key'];
  const key = Array.isArray(header) ? header[0] : header;
  return key === undefined || key === '' ? undefined : `${key.slice(0, 4)}****`;
}
