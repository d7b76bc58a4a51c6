// Retries: the job of retries that need an approver.
import { job } from '../../src/job/job.ts';
import { retryPayload } from '../runs/payload.ts';
import { previewRetry } from './job.ts';

export const retries = {
  jobs: {
    'retry-look': job('retry-look', {
      payload: retryPayload,
      attempts: 3,
      concurrency: 4,
      audits: () => 'run.retry',
      perform: previewRetry,
    }),
  },
};
