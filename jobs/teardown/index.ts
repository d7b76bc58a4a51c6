// Teardown: what goes, asked for by the gateway's name, and the proof that nothing is left.
import { job } from '../../src/job/job.ts';
import { teardownButtons } from './actions.ts';
import { teardown as command } from './command.ts';
import { teardownLook } from './job.ts';
import { auditTeardown, submitTeardown } from './modal.ts';
import { teardownPayload } from './payload.ts';
import { teardown } from './runbook.ts';
import { teardownForm } from './view.ts';

export const tearingDown = {
  commands: [command],
  buttons: teardownButtons,
  forms: { [teardownForm.callback]: { audits: auditTeardown, submit: submitTeardown } },
  jobs: {
    'teardown-look': job('teardown-look', {
      payload: teardownPayload,
      attempts: 3,
      concurrency: 4,
      audits: ({ approved }) => (approved === undefined ? undefined : 'teardown.approve'),
      perform: teardownLook,
    }),
  },
  runbook: teardown,
};
