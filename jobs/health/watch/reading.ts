// Translation of an observation for the watch.
import type { Observation } from '../../../src/gateway/observation.ts';
import { whyNotReady } from '../status/why-not-ready.ts';
import type { GatewayReading } from './incidents.ts';

/** During a run, an observation means nothing. */
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
