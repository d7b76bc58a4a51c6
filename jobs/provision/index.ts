// Provisioning: commands, actions, jobs and runbook.
import { job } from '../../src/job/job.ts';
import { planActions } from './actions.ts';
import { provision as command } from './command.ts';
import { auditPlan, submitPlan } from './modal.ts';
import { planModalIds } from './modal-view.ts';
import { planPayload } from './payload.ts';
import { plan as planCommand } from './plan-command.ts';
import { plan } from './plan-job.ts';
import { provision } from './runbook.ts';

export const provisioning = {
  commands: [planCommand, command],
  actions: planActions,
  submissions: { [planModalIds.callback]: { audits: auditPlan, submit: submitPlan } },
  jobs: {
    plan: job('plan', {
      payload: planPayload,
      attempts: 2,
      concurrency: 4,
      audits: ({ approved }) => (approved === undefined ? undefined : 'plan.approve'),
      perform: plan,
    }),
  },
  runbook: provision,
};
