// The forms, one a line.
import { submitAsk } from '../ask/ask-window.ts';
import { submitDecline } from '../approvals/decline-window.ts';
import { submitQuotaRequest } from '../approvals/quota-window.ts';
import { submitTeardown } from '../runs/teardown-window.ts';
import { submitQuota } from '../home/home-quota.ts';
import { submitPlan } from '../runs/plan-window.ts';
import { askForm } from '../views/ask-window.ts';
import { quotaForm } from '../views/home-windows.ts';
import { planForm } from '../views/plan-window.ts';
import { declineForm, quotaRequestForm } from '../views/quota-request.ts';
import { teardownForm } from '../views/teardown.ts';
import type { Form } from './form.ts';

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
