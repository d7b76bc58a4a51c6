// The type of a scenario: a prepared failure, its symptoms and its end.
import type { ControlledProcess } from '../core/control.ts';
import type { FaultRule, Faults } from '../core/faults.ts';

export interface Story {
  /** As doors and scripts name it. */
  readonly name: string;
  readonly title: string;
  /** When to begin it, for it to be seen. */
  readonly when: string;
  /** What will be seen in Slack. */
  readonly seen: string;
  /** How it ends. */
  readonly ends: string;
  /** true: it is over as soon as it has happened; there is nothing to end. */
  readonly isMoment?: boolean;
  begin(stage: Stage): void | Promise<void>;
  end?(stage: Stage): void | Promise<void>;
}

/** What a story may do to the world. */
export interface Stage {
  readonly faults: Pick<Faults, 'setTrouble'>;
  /** Adds a fault that goes when the story ends. */
  add(rule: Omit<FaultRule, 'probability' | 'seed'> & Partial<FaultRule>): void;
  /** @throws StoryRefusal when it is not one of the sandbox's own here. */
  process(name: string): ControlledProcess;
  /** Drops every Socket Mode connection of the bot. @returns how many there were */
  dropSockets(): number;
  /** Every access token that was handed out ends now. */
  expireTokens(): Promise<void>;
  /** A named action of the switchboard. */
  act(action: string): Promise<void>;
  readonly seed: { readonly projectId: string };
}

/** Why a story cannot be told here, in words. */
export class StoryRefusal extends Error {}
