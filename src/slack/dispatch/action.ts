// Action types: the call, its handler, and how its reply is shown.
import type { Who } from '../../engine/journal.ts';
import type { HandlerContext, Reply } from './command.ts';
import type { Deadline } from './deadline.ts';

export interface ActionCall {
  readonly by: Who;
  readonly action: string;
  readonly value: string;
  /** The same for an action that is delivered twice. */
  readonly delivery: string;
  readonly triggerId: string | undefined;
  /** The modal or Home that the button is in. */
  readonly view: { readonly id: string; readonly hash: string } | undefined;
  readonly threadTs: string | undefined;
  /** The message that the button is in. */
  readonly messageTs: string | undefined;
}

/** The part of an action that opens a modal. */
export interface ModalRequest {
  readonly by: Who;
  /** Of the button. */
  readonly value: string;
  readonly delivery: string;
  readonly triggerId: string | undefined;
}

/**
 * `replace`: the question is answered, and its buttons go. `settle`: the same for an ephemeral message, but added beside a
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

/** What one button does. Permission and state are checked again here: the button may be old. */
export interface ActionHandler<D extends HandlerContext = HandlerContext> {
  /** It decides or changes something, so the audit trail keeps it. */
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

/** A modal that opens shows everything. */
export const modalReply = (reply: Reply): ActionReply => ({
  ...reply,
  how: reply.opens === true ? 'silent' : 'add',
});

/** A refusal leaves the question open for others. */
export function answered(reply: Reply): ActionReply {
  return shown(reply, reply.message.mark?.kind === 'accepted' ? 'replace' : 'add');
}
