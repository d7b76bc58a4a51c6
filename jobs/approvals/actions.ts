// The buttons under a question to the operators.
import type { ApprovalDesk } from './desk.ts';
import { type ApprovalPress, decideApproval } from './decide-approval.ts';
import { openDeclineWindow } from './modal.ts';
import { type Button, type Buttons, shown } from '../../src/slack/dispatch/click.ts';

/** Every copy of the question is edited once it is decided: the press is answered beside it if that is not at once. */
const decides = (verdict: ApprovalPress['verdict']): Button<ApprovalDesk> => ({
  isAudited: true,
  press: async (press, desk) => {
    const reply = await press.once(() => decideApproval(desk, { ...press, verdict }));
    const { mark } = reply.message;
    return shown(reply, mark?.kind === 'outcome' && mark.status === 'ok' ? 'silent' : 'add');
  },
});

export const approvalButtons: Buttons<ApprovalDesk> = {
  'approval.approve': decides('approved'),
  'approval.deny': decides('denied'),
  'approval.decline': {
    isAudited: false,
    press: async (press, desk) => {
      const { isOpening, ...reply } = await openDeclineWindow(desk, press);
      return isOpening ? { ...reply, how: 'silent', opens: true } : { ...reply, how: 'add' };
    },
  },
};
