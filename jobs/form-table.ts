// The forms, one a line.
import { submitAsk } from './ask/modal.ts';
import { submitDecline } from './approvals/modal.ts';
import { submitQuotaRequest } from './quota/modal.ts';
import { submitTeardown } from './teardown/modal.ts';
import { submitQuota } from './home/modal.ts';
import { submitPlan } from './provision/modal.ts';
import { askForm } from './ask/views/ask-window.ts';
import { quotaForm } from '../src/slack/messages/windows.ts';
import { planForm } from './provision/modal-view.ts';
import { declineForm, quotaRequestForm } from './quota/request-view.ts';
import { teardownForm } from './teardown/view.ts';
import type { Form } from '../src/slack/dispatch/form.ts';

/** By the callback of their window. */
export const formTable: ReadonlyMap<string, Form> = new Map([
  [teardownForm.callback, { isAudited: true, submit: submitTeardown }],
  [planForm.callback, { isAudited: true, submit: submitPlan }],
  // The command that it types is kept.
  [quotaForm.callback, { isAudited: false, submit: submitQuota }],
  [quotaRequestForm.callback, { isAudited: true, submit: submitQuotaRequest }],
  [declineForm.callback, { isAudited: true, submit: submitDecline }],
  // What people ask is theirs.
  [askForm.callback, { isAudited: false, submit: submitAsk }],
]);
