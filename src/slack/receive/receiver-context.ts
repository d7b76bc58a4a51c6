// Context of the receiver's listeners. Types only.
import type { Metrics } from '../../kernel/metrics.ts';
import type { Desk } from '../dispatch/command.ts';
import type { People } from '../people/people.ts';
import type { TypedNames } from '../people/typed-names.ts';
import type { BotIdentity } from './bot-identity.ts';
import type { PendingWork } from './pending-work.ts';

export interface ListenerParts {
  readonly desk: Desk;
  readonly identity: BotIdentity;
  readonly people: People;
  readonly names: TypedNames;
  readonly metrics: Metrics;
}

export interface ReceiverContext extends ListenerParts {
  readonly pending: PendingWork;
}
