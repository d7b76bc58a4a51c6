// Context and handlers of deliveries. Types only.
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
  /** Reports a fault that an operator must correct to the setup check. */
  readonly noteFault: (fault: Fault) => void;
}

/** An event with the times of its delivery. */
export interface ReceivedEvent extends Pick<EventEnvelope, 'event_id' | 'event'> {
  readonly receipt: Receipt;
}

/** The method of the app that Bolt's receivers call. */
export type Dispatcher = Pick<App, 'processEvent'>;

/** One transport of deliveries. */
export interface SlackReceiver {
  readonly checks: HealthChecks;
  /** @returns the port it listens on; undefined in Socket Mode. @throws Error when the port is taken. */
  start(): Promise<number | undefined>;
  /** Callers must reconnect from now on; deliveries are still accepted. */
  leave(): void;
  /** Accepts no more deliveries. */
  stop(): Promise<void>;
}
