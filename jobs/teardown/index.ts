// Teardown: command, actions, job and runbook.
import { job } from '../../src/job/job.ts';
import { teardownActions } from './actions.ts';
import { teardown as command } from './command.ts';
import { previewTeardown } from './job.ts';
import { auditTeardown, submitTeardown } from './modal.ts';
import { teardownPayload } from './payload.ts';
import { teardown } from './runbook.ts';
import { teardownModalIds } from './view.ts';

export const tearingDown = {
  commands: [command],
  actions: teardownActions,
  submissions: { [teardownModalIds.callback]: { audits: auditTeardown, submit: submitTeardown } },
  jobs: {
    'teardown-look': job('teardown-look', {
      payload: teardownPayload,
      attempts: 3,
      concurrency: 4,
      audits: ({ approved }) => (approved === undefined ? undefined : 'teardown.approve'),
      perform: previewTeardown,
    }),
  },
  runbook: teardown,
};
