// The desk of the watch: leases, and the channels that are told of a gateway. Types only.
import type { RunDesk } from '../runs/desk.ts';
import type { Leases, Subscriptions } from './watch-store.ts';

export interface WatchDesk extends RunDesk {
  readonly leases: Leases;
  readonly subscriptions: Subscriptions;
}
