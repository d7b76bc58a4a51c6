// The type of a scenario: a prepared failure, its symptoms and its end.
import type { ControlledProcess } from '../core/control.ts';
import type { FaultRule, Faults } from '../core/faults.ts';

export interface Story {
  /** Name in control routes and scripts. */
  readonly name: string;
  readonly title: string;
  /** Best time to start it. */
  readonly when: string;
  /** Expected effect in Slack. */
  readonly seen: string;
  /** Its end. */
  readonly ends: string;
  /** true: it is momentary, with nothing to end. */
  readonly isMoment?: boolean;
  begin(stage: Stage): void | Promise<void>;
  end?(stage: Stage): void | Promise<void>;
}

/** Actions that a scenario may take. */
export interface Stage {
  readonly faults: Pick<Faults, 'setTrouble'>;
  /** Adds a fault that is removed at the end of the scenario. */
  add(rule: Omit<FaultRule, 'probability' | 'seed'> & Partial<FaultRule>): void;
  /** @throws StoryRefusal when the process is not one of the sandbox's own. */
  process(name: string): ControlledProcess;
  /** Drops every Socket Mode connection of the bot. @returns the number of connections */
  dropSockets(): number;
  /** Expires every issued access token now. */
  expireTokens(): Promise<void>;
  /** A named action of the fault switchboard. */
  act(action: string): Promise<void>;
  readonly seed: { readonly projectId: string };
}

/** The reason why a scenario cannot run here, as text. */
export class StoryRefusal extends Error {}
