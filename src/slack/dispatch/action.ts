// What a click is, and what the handler of a button works with. Types, and the ways in which a reply is shown.
import type { Who } from '../../engine/journal.ts';
import type { HandlerContext, Reply } from './command.ts';
import type { Deadline } from './deadline.ts';

export interface ActionCall {
  readonly by: Who;
  readonly action: string;
  readonly value: string;
  /** The same for a click that is delivered twice. */
  readonly delivery: string;
  readonly triggerId: string | undefined;
  /** The window that the button is in. */
  readonly view: { readonly id: string; readonly hash: string } | undefined;
  readonly threadTs: string | undefined;
  /** The message that the button is in. */
  readonly messageTs: string | undefined;
}

/** The part of a press that opens a window. */
export interface ModalRequest {
  readonly by: Who;
  /** Of the button. */
  readonly value: string;
  readonly delivery: string;
  readonly triggerId: string | undefined;
}

/**
 * `replace`: the question is answered, and its buttons go. `settle`: so where only the presser sees the message; beside one
 * that all see, which is the job's to edit.
 */
export type Showing = 'replace' | 'settle' | 'add' | 'silent';

export interface ActionReply extends Reply {
  readonly how: Showing;
}

/** One press of a button, within the time that its ack may take. */
export interface ActionRequest extends ActionCall {
  readonly deadline: Deadline;
  /** Does the work for the first of equal deliveries. */
  once(work: () => Promise<Reply>): Promise<Reply>;
}

/** What one button does. A click proves nothing: permission and state are looked at again here. */
export interface ActionHandler<D extends HandlerContext = HandlerContext> {
  /** It decides or changes something, so that the audit trail keeps it; others only show. */
  readonly isAudited: boolean;
  handle(request: ActionRequest, ctx: D): Promise<ActionReply>;
}

/** By action id. */
export type ActionHandlers<D extends HandlerContext = HandlerContext> = Readonly<
  Record<string, ActionHandler<D>>
>;

/** The first delivery has said it all. */
export function shown(reply: Reply, how: ActionReply['how']): ActionReply {
  return { ...reply, how: reply.isRepeat === true ? 'silent' : how };
}

/** A refusal leaves the question to those who may answer it. */
export function answered(reply: Reply): ActionReply {
  return shown(reply, reply.message.mark?.kind === 'accepted' ? 'replace' : 'add');
}
