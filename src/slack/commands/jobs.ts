// `jobs`: what is running, queued and recent, with who asked for it.
import { jobId } from '../job-id.ts';
import { jobsMessage } from '../views/jobs.ts';
import type { Command } from './command.ts';

export const jobs: Command = {
  name: 'jobs',
  usage: 'jobs',
  help: 'what is running, queued and recent, with who and how long',
  permission: 'anyone',
  isPublic: false,
  hasEffect: false,
  options: {},
  argument: { kind: 'none' },
  run: async ({ delivery }, { queues }) => ({
    message: jobsMessage(await queues.listJobs(), jobId('jobs', delivery), Date.now()),
  }),
};
