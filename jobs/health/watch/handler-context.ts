// Handler context of the watch: leases and subscriptions. Types only.
import type { HandlerContext } from '../../../src/slack/dispatch/command.ts';
import type { Leases, Subscriptions } from './store.ts';

export interface WatchHandlerContext extends HandlerContext {
  readonly leases: Leases;
  readonly subscriptions: Subscriptions;
}
