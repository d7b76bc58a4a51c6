// Keys capability: issue, reveal, rotate and revoke.
import { job } from '../../src/job/job.ts';
import { keyActions } from './actions.ts';
import { key as command } from './command.ts';
import { key } from './job.ts';
import { runScheduledKeyJob } from './scheduled-job.ts';
import { scheduledKeyPayload, keyPayload } from './payload.ts';

/** Jobs that look up first and then create: two concurrent ones would each create a key. */
const keysOf = (gateway: string, owner: string): string => `keys:${gateway}:${owner}`;

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
      excludes: ({ gateway, owner, to }) => keysOf(gateway, owner ?? to.user),
      perform: key,
    }),
    'key-later': job('key-later', {
      payload: scheduledKeyPayload,
      attempts: 20,
      concurrency: 4,
      isTimed: true,
      audits: ({ what }) => `key.${what}`,
      touches: ({ owner }) => [owner],
      excludes: ({ gateway, owner }) => keysOf(gateway, owner),
      perform: runScheduledKeyJob,
    }),
  },
};
