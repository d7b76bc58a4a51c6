// The context of the watch: leases, and the channels that are told of a gateway. Types only.
import type { HandlerContext } from '../../../src/slack/dispatch/command.ts';
import type { Leases, Subscriptions } from './store.ts';

export interface WatchHandlerContext extends HandlerContext {
  readonly leases: Leases;
  readonly subscriptions: Subscriptions;
}
