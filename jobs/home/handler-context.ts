// Handler context of Home: store and pages. Types only.
import type { HandlerContext } from '../../src/slack/dispatch/command.ts';
import type { HomePages } from './page.ts';
import type { HomeStore } from './store.ts';

export interface HomeHandlerContext extends HandlerContext {
  readonly homes: HomeStore;
  readonly homePages: HomePages;
}
