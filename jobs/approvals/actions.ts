// Action handlers of approval questions: Approve and Decline.
import type { ApprovalHandlerContext } from './handler-context.ts';
import { type ApprovalAction, decideApproval } from './decide-approval.ts';
import { openDeclineModal } from './modal.ts';
import {
  type ActionHandler,
  type ActionHandlers,
  modalReply,
  shown,
} from '../../src/slack/dispatch/action.ts';

/** Every copy of the question is edited after the decision, so a successful action needs no reply. */
const decides = (verdict: ApprovalAction['verdict']): ActionHandler<ApprovalHandlerContext> => ({
  isAudited: true,
  handle: async (request, ctx) => {
    const reply = await request.once(() => decideApproval(ctx, { ...request, verdict }));
    const { mark } = reply.message;
    return shown(reply, mark?.kind === 'outcome' && mark.status === 'ok' ? 'silent' : 'add');
  },
});

export const approvalActions: ActionHandlers<ApprovalHandlerContext> = {
  'approval.approve': decides('approved'),
  'approval.deny': decides('denied'),
  'approval.decline': {
    isAudited: false,
    handle: async (request, ctx) => modalReply(await openDeclineModal(ctx, request)),
  },
};
