// Context that deliveries are handled in, and what hears them. Types only.
import type { App } from '@slack/bolt';
import type { Fault } from '../../kernel/errors.ts';
import type { HealthChecks } from '../../kernel/health.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { HandlerContext } from '../dispatch/command.ts';
import type { People } from '../people/people.ts';
import type { TypedNames } from '../people/typed-names.ts';
import type { BotIdentity } from './bot-identity.ts';
import type { EventEnvelope } from '../dispatch/incoming.ts';
import type { Receipt } from './message-age.ts';
import type { PendingWork } from './pending-work.ts';
import type { Replies } from './tell-replies.ts';

export interface ReceiverContext {
  readonly ctx: HandlerContext;
  readonly identity: BotIdentity;
  readonly people: People;
  readonly names: TypedNames;
  readonly metrics: Metrics;
  readonly pending: PendingWork;
  readonly replies: Replies;
  /** Tells the setup check of a fault that an operator must correct. */
  readonly noteFault: (fault: Fault) => void;
}

/** An event with what tells when it was delivered. */
export interface ReceivedEvent extends Pick<EventEnvelope, 'event_id' | 'event'> {
  readonly receipt: Receipt;
}

/** All that Bolt's receivers call of the app that they are given. */
export type Dispatcher = Pick<App, 'processEvent'>;

/** One transport of deliveries. */
export interface SlackReceiver {
  readonly checks: HealthChecks;
  /** @returns the port it listens on; undefined in Socket Mode. @throws Error when the port is taken. */
  start(): Promise<number | undefined>;
  /** Callers connect anew from now on; everything is still heard. */
  leave(): void;
  /** Hears nothing more. */
  stop(): Promise<void>;
}
