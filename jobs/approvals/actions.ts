// The buttons under a question to the operators.
import type { ApprovalHandlerContext } from './handler-context.ts';
import { type ApprovalPress, decideApproval } from './decide-approval.ts';
import { openDeclineWindow } from './modal.ts';
import { type ActionHandler, type ActionHandlers, shown } from '../../src/slack/dispatch/action.ts';

/** Every copy of the question is edited once it is decided: the press is answered beside it if that is not at once. */
const decides = (verdict: ApprovalPress['verdict']): ActionHandler<ApprovalHandlerContext> => ({
  isAudited: true,
  press: async (press, ctx) => {
    const reply = await press.once(() => decideApproval(ctx, { ...press, verdict }));
    const { mark } = reply.message;
    return shown(reply, mark?.kind === 'outcome' && mark.status === 'ok' ? 'silent' : 'add');
  },
});

export const approvalButtons: ActionHandlers<ApprovalHandlerContext> = {
  'approval.approve': decides('approved'),
  'approval.deny': decides('denied'),
  'approval.decline': {
    isAudited: false,
    press: async (press, ctx) => {
      const { isOpening, ...reply } = await openDeclineWindow(ctx, press);
      return isOpening ? { ...reply, how: 'silent', opens: true } : { ...reply, how: 'add' };
    },
  },
};
