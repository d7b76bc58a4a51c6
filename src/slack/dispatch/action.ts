// Action types: the call, its handler, and how its reply is shown.
import type { Who } from '../../engine/journal.ts';
import type { HandlerContext, Reply } from './command.ts';
import type { Deadline } from './deadline.ts';

export interface ActionCall {
  readonly by: Who;
  readonly action: string;
  readonly value: string;
  /** The same for repeated deliveries of one action. */
  readonly delivery: string;
  readonly triggerId: string | undefined;
  /** The modal or Home with the button. */
  readonly view: { readonly id: string; readonly hash: string } | undefined;
  readonly threadTs: string | undefined;
  /** The message with the button. */
  readonly messageTs: string | undefined;
}

/** Input of an action that opens a modal. */
export interface ModalRequest {
  readonly by: Who;
  /** Of the button. */
  readonly value: string;
  readonly delivery: string;
  readonly triggerId: string | undefined;
}

/**
 * `replace`: the question is answered, and its buttons disappear. `settle`: the same if ephemeral, but added beside a
 * public one, which its job edits.
 */
export type Showing = 'replace' | 'settle' | 'add' | 'silent';

export interface ActionReply extends Reply {
  readonly how: Showing;
}

/** One action, within the deadline of its ack. */
export interface ActionRequest extends ActionCall {
  readonly deadline: Deadline;
  /** Does the work for the first of equal deliveries. */
  once(work: () => Promise<Reply>): Promise<Reply>;
}

/** Handler of one button. It checks permission and state again: the button may be old. */
export interface ActionHandler<D extends HandlerContext = HandlerContext> {
  /** The action decides or changes something, so it is audited. */
  readonly isAudited: boolean;
  handle(request: ActionRequest, ctx: D): Promise<ActionReply>;
}

/** By action id. */
export type ActionHandlers<D extends HandlerContext = HandlerContext> = Readonly<
  Record<string, ActionHandler<D>>
>;

/** A repeated delivery shows nothing. */
export function shown(reply: Reply, how: ActionReply['how']): ActionReply {
  return { ...reply, how: reply.isRepeat === true ? 'silent' : how };
}

/** An opened modal shows everything. */
export const modalReply = (reply: Reply): ActionReply => ({
  ...reply,
  how: reply.opens === true ? 'silent' : 'add',
});

/** A refusal leaves the question open for others. */
export function answered(reply: Reply): ActionReply {
  return shown(reply, reply.message.mark?.kind === 'accepted' ? 'replace' : 'add');
}
