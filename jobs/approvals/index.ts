// Approvals: actions, modal, job and exports.
import { job } from '../../src/job/job.ts';
import { approvalActions } from './actions.ts';
import { approvalNews } from './job.ts';
import { auditDecline, submitDecline } from './modal.ts';
import { approvalNewsPayload } from './payload.ts';
import { declineModalIds } from './decline-view.ts';

export const approvals = {
  actions: approvalActions,
  submissions: { [declineModalIds.callback]: { audits: auditDecline, submit: submitDecline } },
  jobs: {
    'approval-news': job('approval-news', {
      payload: approvalNewsPayload,
      attempts: 20,
      concurrency: 4,
      isTimed: true,
      audits: () => 'approval.expire',
      // A decided question leaves every operator's Home.
      touches: () => 'everybody',
      perform: approvalNews,
    }),
  },
};

export type { ApprovalNotifier } from './notifier.ts';
export type { Carriers, Decided } from './handler-context.ts';
export type {
  PlanCover,
  ProvisionRequest,
  Question,
  QuotaRequest,
  TeardownRequest,
} from './questions.ts';
export {
  approvalId,
  approvalIn,
  askOperators,
  askApprover,
  endInTime,
  requiresApproval,
  requireApprover,
  whoOf,
} from './approval.ts';
export { type RunEffect, endsSooner, needsApproval, retryExpired } from './run-approval.ts';
