// The context of approvals: the questions, and what each kind of decision leads to. Types only.
import type { RunApproval, Who } from '../../src/engine/journal.ts';
import type { HandlerContext } from '../../src/slack/dispatch/command.ts';
import type { ApprovalRequest } from './questions.ts';
import type { Approvals } from './store.ts';

export interface ApprovalHandlerContext extends HandlerContext {
  readonly approvals: Approvals;
  readonly carriers: Carriers;
}

/** A decision of an operator that counts. */
export interface Decided {
  readonly by: Who;
  readonly isApproved: boolean;
  readonly approval: RunApproval;
  /** The same decision is carried out once, another one of the same question anew. */
  readonly job: string;
}

export type RequestOf<Kind extends ApprovalRequest['kind']> = Extract<
  ApprovalRequest,
  { readonly kind: Kind }
>;

/** What a decision leads to, by the kind of request: each capability carries out its own. */
export type Carriers = {
  readonly [Kind in ApprovalRequest['kind']]: (
    ctx: ApprovalHandlerContext,
    request: RequestOf<Kind>,
    decided: Decided,
  ) => Promise<void>;
};
