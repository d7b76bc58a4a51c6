// What an observation tells the watch.
import type { Observation } from '../../../src/gateway/observation.ts';
import { whyNotReady } from '../status/sentence.ts';
import type { Look } from './incidents.ts';

/** While a run is at work, what is found says nothing. */
export function lookOf(seen: Observation): Exclude<Look, { state: 'provisioning' }> {
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
      return { state: 'unseen' };
  }
}
