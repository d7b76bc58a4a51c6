// The buttons under a question to the operators.
import type { Decision } from '../../approval-store.ts';
import { decideApproval } from '../decide-approval.ts';
import { type Button, type Buttons, shown } from './click.ts';

/** Every copy of the question is edited once it is decided: the press is answered beside it only if refused. */
const decides = (verdict: Decision['verdict']): Button => ({
  isAudited: true,
  press: async (press, desk) => {
    const reply = await press.once(() => decideApproval(desk, { ...press, verdict }));
    return shown(reply, reply.message.mark?.kind === 'accepted' ? 'silent' : 'add');
  },
});

export const approvalButtons: Buttons = {
  'approval.approve': decides('approved'),
  'approval.deny': decides('denied'),
};
