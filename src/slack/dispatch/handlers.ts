// What capabilities answer in Slack: commands, actions, submissions, Home, conversations and the shortcut.
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

/** How a Home is shown anew. */
export interface Refreshing {
  /** What became of their press. */
  readonly notice?: Mrkdwn;
  /** Whether what is known is shown while it is looked up. */
  isMeanwhileShown(isKnown: boolean): boolean;
}

/** The app's Home tab. */
export interface HomeSurface<D extends HandlerContext = HandlerContext> {
  open(ctx: D, user: string): Promise<void>;
  /** Never rejects: what goes wrong stands on the page. */
  refresh(ctx: D, user: string, how: Refreshing): Promise<void>;
  /** @returns what is to be done once the press is acked. */
  handle(call: ActionCall, ctx: D): Promise<() => Promise<void>>;
  showTrouble(ctx: D, user: string, fault: Fault): Promise<void>;
}

export interface Conversation {
  /** That answered last; undefined for a conversation of an earlier version. */
  readonly gateway: string | undefined;
}

/** Threads in which every message goes on with what the model has said. */
export interface Conversations<D extends HandlerContext = HandlerContext> {
  /** @param thread `CHANNEL:TS`. @throws transient/store_down */
  find(ctx: D, thread: string): Promise<Conversation | undefined>;
  /** Slack's own Stop. */
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

/** @throws Error for two of the same name, or a surface that nobody or several answer for. */
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
