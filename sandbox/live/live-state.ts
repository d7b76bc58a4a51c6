// Types of the live feed: the world in parts, request traces, and faults.
import type { ActiveFault, Strike } from '../core/faults.ts';
import type { RequestTrace } from '../dataplane/trace.ts';
import type { ToldStory } from '../stories/serve-stories.ts';
import type { Part } from './thing.ts';

export interface CloudState {
  /** The sandbox's clock: the browser's clock may differ. */
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

/** Event names of the feed, with the data of each. */
export interface LiveEvents {
  readonly cloud: CloudState;
  readonly switchboard: SwitchboardState;
  /** All stored requests, once at the start. */
  readonly requests: readonly RequestTrace[];
  /** The current state of one request. */
  readonly request: RequestTrace;
}
