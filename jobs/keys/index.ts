// Keys: issued, shown, rotated and revoked.
import { job } from '../../src/job/job.ts';
import { keyButtons } from './actions.ts';
import { key as command } from './command.ts';
import { key } from './job.ts';
import { keyLater } from './later-job.ts';
import { keyLaterPayload, keyPayload } from './payload.ts';

export const keys = {
  commands: [command],
  buttons: keyButtons,
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
      payload: keyLaterPayload,
      attempts: 20,
      concurrency: 4,
      isTimed: true,
      audits: ({ what }) => `key.${what}`,
      touches: ({ owner }) => [owner],
      perform: keyLater,
    }),
  },
};
