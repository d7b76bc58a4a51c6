// Keys capability: issue, reveal, rotate and revoke.
import { job } from '../../src/job/job.ts';
import { keyActions } from './actions.ts';
import { key as command } from './command.ts';
import { key } from './job.ts';
import { runScheduledKeyJob } from './scheduled-job.ts';
import { scheduledKeyPayload, keyPayload } from './payload.ts';

export const keys = {
  commands: [command],
  actions: keyActions,
  jobs: {
    key: job('key', {
      payload: keyPayload,
      attempts: 4,
      concurrency: 8,
      audits: ({ action }) => (action === 'list' ? undefined : `key.${action}`),
      touches: ({ owner, to }) => [owner ?? to.user],
      perform: key,
    }),
    'key-later': job('key-later', {
      payload: scheduledKeyPayload,
      attempts: 20,
      concurrency: 4,
      isTimed: true,
      audits: ({ what }) => `key.${what}`,
      touches: ({ owner }) => [owner],
      perform: runScheduledKeyJob,
    }),
  },
};
