// The desk of asks: the lines, stops and conversations of people. Types only.
import type { Desk } from '../../src/slack/dispatch/command.ts';
import type { AskStore } from './store.ts';

export interface AskDesk extends Desk {
  readonly asks: AskStore;
}
