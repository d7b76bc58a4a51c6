// Health capability: status, doctor, watch, leases and notices.
import { job } from '../../src/job/job.ts';
import { doctorActions } from './doctor/actions.ts';
import { doctor as doctorCommand } from './doctor/command.ts';
import { doctor } from './doctor/job.ts';
import { doctorPayload } from './doctor/payload.ts';
import { status as statusCommand } from './status/command.ts';
import { status } from './status/job.ts';
import { statusPayload } from './status/payload.ts';
import { leaseActions } from './watch/actions.ts';
import { notify } from './watch/command.ts';

export const health = {
  commands: [statusCommand, doctorCommand, notify],
  actions: { ...doctorActions, ...leaseActions },
  jobs: {
    status: job('status', { payload: statusPayload, attempts: 2, concurrency: 8, perform: status }),
    doctor: job('doctor', { payload: doctorPayload, attempts: 2, concurrency: 4, perform: doctor }),
  },
};
