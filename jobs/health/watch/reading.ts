// What an observation tells the watch.
import type { Observation } from '../../../src/gateway/observation.ts';
import { whyNotReady } from '../status/why-not-ready.ts';
import type { GatewayReading } from './incidents.ts';

/** While a run is at work, what is found says nothing. */
export function readingOf(seen: Observation): Exclude<GatewayReading, { state: 'provisioning' }> {
  const { state, open } = seen;
  const cause = whyNotReady(seen) ?? '';
  switch (state) {
    case 'ready':
    case 'absent':
      return { state };
    case 'degraded':
      return { state, cause, ...(open === undefined ? {} : { open }) };
    case 'unknown':
      return { state, cause };
    case 'provisioning':
      return { state: 'unread' };
  }
}
