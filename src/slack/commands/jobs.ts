// `jobs`: what is running, queued and recent, with who asked for it.
import { dueByTime } from '../../../jobs/index.ts';
import type { ListedJob } from '../../runbook/queue.ts';
import { jobId } from '../job-id.ts';
import { jobsMessage } from '../views/jobs.ts';
import type { Command } from './command.ts';

const isDueByTime = (name: string): boolean => dueByTime.some((one) => one === name);

export const jobs: Command = {
  name: 'jobs',
  usage: 'jobs',
  help: 'what is running, queued and recent, with who and how long',
  permission: 'anyone',
  isPublic: false,
  hasEffect: false,
  options: {},
  argument: { kind: 'none' },
  run: async ({ delivery }, { queues }) => {
    const { running, queued, recent } = await queues.listJobs();
    const seen = (jobs: readonly ListedJob[]) => jobs.filter(({ name }) => !isDueByTime(name));
    const shown = { running: seen(running), queued: seen(queued), recent: seen(recent) };
    return { message: jobsMessage(shown, jobId('jobs', delivery), Date.now()) };
  },
};
