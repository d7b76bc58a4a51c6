// `jobs`: what is running, queued and recent, with who asked for it.
import { dueByTime } from '../index.ts';
import type { ListedJob } from '../../src/engine/queue.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { jobsMessage } from './jobs-view.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';

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
