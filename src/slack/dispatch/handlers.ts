// Handlers of capabilities: commands, actions, submissions, Home, conversations and the shortcut.
import type { Fault } from '../../kernel/errors.ts';
import type { MessageAction, SessionStopped } from './incoming.ts';
import type { Mrkdwn } from '../messages/mrkdwn.ts';
import type { TypedNames } from '../people/typed-names.ts';
import type { ActionHandlers, ActionHandler, ActionCall } from './action.ts';
import type { Command, HandlerContext, Reply } from './command.ts';
import type { SubmissionHandler } from './submission.ts';
import type { CommandGrammars } from './parse-command.ts';

/** A capability's part; `D` is the context with its stores. */
export interface SlackPart<D extends HandlerContext = HandlerContext> {
  readonly commands?: readonly Command<D>[];
  /** By action id. */
  readonly actions?: ActionHandlers<D>;
  /** By callback id. */
  readonly submissions?: Readonly<Record<string, SubmissionHandler<D>>>;
  readonly home?: HomeSurface<D>;
  readonly conversations?: Conversations<D>;
  /** The message shortcut. */
  shortcut?(ctx: D, action: MessageAction, names: TypedNames): Reply;
}

/** Options of a Home update. */
export interface Refreshing {
  /** Result of the person's action. */
  readonly notice?: Mrkdwn;
  /** Whether the last report is shown during the update. */
  isMeanwhileShown(isKnown: boolean): boolean;
}

/** The app's Home tab. */
export interface HomeSurface<D extends HandlerContext = HandlerContext> {
  open(ctx: D, user: string): Promise<void>;
  /** Never rejects: the page shows a failure. */
  refresh(ctx: D, user: string, how: Refreshing): Promise<void>;
  /** @returns the work after the ack of the action. */
  handle(call: ActionCall, ctx: D): Promise<() => Promise<void>>;
  showTrouble(ctx: D, user: string, fault: Fault): Promise<void>;
}

export interface Conversation {
  /** Gateway of the last answer; undefined for a conversation of an earlier version. */
  readonly gateway: string | undefined;
}

/** Threads in which every message continues the conversation with the model. */
export interface Conversations<D extends HandlerContext = HandlerContext> {
  /** @param thread `CHANNEL:TS`. @throws transient/store_down */
  find(ctx: D, thread: string): Promise<Conversation | undefined>;
  /** Slack's own Stop button. */
  stop(ctx: D, stopped: SessionStopped): Promise<void>;
}

export interface Handlers {
  readonly commands: readonly Command[];
  /** For the parser. */
  readonly grammars: CommandGrammars;
  readonly actions: ReadonlyMap<string, ActionHandler>;
  readonly submissions: ReadonlyMap<string, SubmissionHandler>;
  readonly home: HomeSurface;
  readonly conversations: Conversations;
  readonly shortcut: NonNullable<SlackPart['shortcut']>;
}

/** @throws Error for two of the same name, or a surface with no handler or several. */
export function handlersOf<D extends HandlerContext>(parts: readonly SlackPart<D>[]): Handlers {
  const commands = parts.flatMap((part) => part.commands ?? []);
  return {
    commands,
    grammars: unique(commands.map((command) => [command.name, command])),
    actions: unique(parts.flatMap((part) => Object.entries(part.actions ?? {}))),
    submissions: unique(parts.flatMap((part) => Object.entries(part.submissions ?? {}))),
    home: only(parts.map((part) => part.home)),
    conversations: only(parts.map((part) => part.conversations)),
    shortcut: only(parts.map((part) => part.shortcut)),
  };
}

function unique<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const map = new Map(entries);
  if (map.size < entries.length) throw new Error('Two handlers have the same name');
  return map;
}

function only<T>(given: readonly (T | undefined)[]): T {
  const [one, ...more] = given.filter((each) => each !== undefined);
  if (one === undefined || more.length > 0) throw new Error('A surface needs one handler');
  return one;
}
