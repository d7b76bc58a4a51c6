// Quotas: command, actions, modal and jobs.
import { fromHome } from '../../src/job/addressee.ts';
import { job } from '../../src/job/job.ts';
import { quotaActions } from './actions.ts';
import { quota as command } from './command.ts';
import { quota as readQuota } from './job.ts';
import { auditRequest, submitQuotaRequest } from './modal.ts';
import { quotaPayload, quotaRequestPayload } from './payload.ts';
import { quotaRequest } from './request-job.ts';
import { quotaRequestModalIds } from './request-view.ts';

export const quota = {
  commands: [command],
  actions: quotaActions,
  submissions: {
    [quotaRequestModalIds.callback]: { audits: auditRequest, submit: submitQuotaRequest },
  },
  jobs: {
    quota: job('quota', {
      payload: quotaPayload,
      attempts: 3,
      concurrency: 4,
      touches: fromHome,
      perform: readQuota,
    }),
    'quota-request': job('quota-request', {
      payload: quotaRequestPayload,
      attempts: 20,
      concurrency: 4,
      // The run itself audits its end.
      audits: ({ action }) => (action === 'end' ? undefined : `quota.${action}`),
      perform: quotaRequest,
    }),
  },
};
