// Live traces of requests through the gateways, hop by hop, for the request path.
import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';

export type Hop = 'client' | 'gateway' | 'extension' | 'apigee' | 'pool' | 'model';

export interface HopSeen {
  readonly hop: Hop;
  /** `here` for the current hop; `ignored` for a hop that failed open. */
  readonly state: 'here' | 'passed' | 'refused' | 'ignored';
  /** The reason, or ''. */
  readonly words: string;
  /** Time spent at this hop. */
  readonly ms: number;
}

/** A request up to its current hop; `hops` excludes hops that it did not reach. */
export interface RequestTrace {
  readonly id: string;
  readonly at: number;
  readonly gateway: string;
  readonly method: string;
  readonly path: string;
  /** The first characters of the request's key. */
  readonly key: string | undefined;
  readonly hops: readonly HopSeen[];
  /** `developer/app`, once the key is recognised. */
  readonly app: string | undefined;
  /** The injected fault. */
  readonly fault: string | undefined;
  /** Absent while the request is running. */
  readonly ended: Ending | undefined;
}

interface Ending {
  readonly verdict: string;
  /** 0 without an answer. */
  readonly status: number;
  readonly ms: number;
}

export interface Trace {
  /** The request reaches this hop, and so has passed the one before. */
  reach(hop: Hop): void;
  /** The current hop failed open. */
  ignore(words: string): void;
  /** The current hop answered instead of forwarding the request. */
  refuse(answer: Answer): void;
  strike(fault: string): void;
  end(ending: Ending & { readonly app: string | undefined }): void;
}

export interface Traces {
  begin(incoming: IncomingMessage, about: { readonly gateway: string; readonly at: number }): Trace;
  /** The last ones, oldest first. */
  list(): readonly RequestTrace[];
  /** Calls the listener with a request at each step; returns the unsubscribe function. */
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

/** The message of the answer, without its wrapping. */
function wordsOf({ body, status, verdict }: Answer): string {
  const [, faultstring] = /"faultstring":"([^"]*)"/.exec(body) ?? [];
  return faultstring ?? (body === '' ? `${verdict.replaceAll('_', ' ')} (HTTP ${status})` : body);
}

function maskedKey(incoming: IncomingMessage): string | undefined {
  const header = incoming.headers['x-api-key'];
  const key = Array.isArray(header) ? header[0] : header;
  return key === undefined || key === '' ? undefined : `${key.slice(0, 4)}****`;
}
