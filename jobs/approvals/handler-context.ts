// Handler context of approvals: the store and the effect of each decision.
import type { RunApproval, Who } from '../../src/engine/journal.ts';
import type { HandlerContext } from '../../src/slack/dispatch/command.ts';
import type { ApprovalRequest } from './questions.ts';
import type { Approvals } from './store.ts';

export interface ApprovalHandlerContext extends HandlerContext {
  readonly approvals: Approvals;
  readonly carriers: Carriers;
}

/** An operator's effective decision. */
export interface Decided {
  readonly by: Who;
  readonly isApproved: boolean;
  readonly approval: RunApproval;
  /** Id of the job: the same for the same decision, so it runs once. */
  readonly job: string;
}

export type RequestOf<Kind extends ApprovalRequest['kind']> = Extract<
  ApprovalRequest,
  { readonly kind: Kind }
>;

/** The effect of a decision by the kind of request; each capability provides its own. */
export type Carriers = {
  readonly [Kind in ApprovalRequest['kind']]: (
    ctx: ApprovalHandlerContext,
    request: RequestOf<Kind>,
    decided: Decided,
  ) => Promise<void>;
};
