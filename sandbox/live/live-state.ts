// What the live feed tells, as the page reads it: the world in parts, requests hop by hop, and the switchboard.
import type { ActiveFault, Strike } from '../core/faults.ts';
import type { RequestTrace } from '../dataplane/trace.ts';
import type { ToldStory } from '../stories/serve-stories.ts';
import type { Part } from './thing.ts';

export interface CloudState {
  /** The sandbox's clock, as the browser's may differ. */
  readonly now: number;
  readonly speed: number;
  readonly parts: readonly Part[];
  readonly billable: number;
}

export interface SwitchboardState {
  readonly active: readonly ActiveFault[];
  readonly strikes: readonly Strike[];
  readonly stories: readonly ToldStory[];
}

/** Event names of the feed, each with what its data is. */
export interface LiveEvents {
  readonly cloud: CloudState;
  readonly switchboard: SwitchboardState;
  /** All that are kept, once at the beginning. */
  readonly requests: readonly RequestTrace[];
  /** One of them, as far as it has come. */
  readonly request: RequestTrace;
}
