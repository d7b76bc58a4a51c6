// Events of a seed: acts of people, and faults.
import type { FaultAction, FaultRule } from '../sandbox/core/faults.ts';

export type Traffic =
  | {
      readonly kind: 'command';
      readonly as: string;
      readonly channel: string;
      readonly text: string;
    }
  | {
      readonly kind: 'mention';
      readonly as: string;
      readonly channel: string;
      readonly text: string;
    }
  /** Each of the people uses the same button; `pick` selects one of the visible buttons. */
  | { readonly kind: 'press'; readonly as: readonly string[]; readonly pick: number }
  | { readonly kind: 'home'; readonly as: string };

export type Trouble =
  | { readonly kind: 'kill'; readonly bot: number }
  | { readonly kind: 'freeze'; readonly bot: number; readonly forMs: number }
  | {
      readonly kind: 'redis-killed' | 'redis-full' | 'redis-read-only' | 'slack-token';
      readonly forMs: number;
    }
  | {
      readonly kind: 'service';
      readonly service: FaultRule['service'];
      readonly operation: string;
      readonly action: FaultAction;
      readonly probability: number;
      readonly forMs: number;
    }
  | { readonly kind: 'expire-tokens' | 'drop-sockets' }
  /** That many of the next deliveries arrive twice, or lose their ack. */
  | { readonly kind: 'deliver-twice' | 'lose-acks'; readonly count: number };

export type ChaosEvent = { readonly at: number } & (Traffic | Trouble);

export interface Plan {
  readonly seed: number;
  readonly slackMode: 'http' | 'socket';
  /** One per process. */
  readonly roles: readonly ('all' | 'slack' | 'worker')[];
  /** Ordered by time, ms from the start. */
  readonly events: readonly ChaosEvent[];
}

const trafficKinds: readonly string[] = [
  'command',
  'mention',
  'press',
  'home',
] satisfies Traffic['kind'][];

export const isTraffic = (event: ChaosEvent): event is ChaosEvent & Traffic =>
  trafficKinds.includes(event.kind);

/** The kind of fault, for counts: `kill`, `slack 503`, `apigee cut`. */
export function nameOf(event: ChaosEvent): string {
  if (event.kind !== 'service') return event.kind;
  const { action, service } = event;
  return `${service} ${action.kind === 'status' ? action.status : action.kind}`;
}
