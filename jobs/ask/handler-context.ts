// Handler context of asks: queues, stops and conversations of people. Types only.
import type { HandlerContext } from '../../src/slack/dispatch/command.ts';
import type { AskStore } from './store.ts';

export interface AskHandlerContext extends HandlerContext {
  readonly asks: AskStore;
}
