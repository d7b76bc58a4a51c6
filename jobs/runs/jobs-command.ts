// Command `jobs`: lists running, queued and recent jobs.
import type { ListedJob } from '../../src/engine/queue.ts';
import { jobId } from '../../src/slack/dispatch/job-id.ts';
import { jobsMessage } from './jobs-view.ts';
import type { Command } from '../../src/slack/dispatch/command.ts';

export const jobs: Command = {
  name: 'jobs',
  summary: 'List running, queued and recent jobs',
  example: 'jobs',
  usage: 'jobs',
  help: 'Lists the bot’s jobs with their state and age; only you see the list.',
  permission: 'anyone',
  isPublic: false,
  hasEffect: false,
  options: {},
  argument: { kind: 'none' },
  run: async ({ delivery }, { queues, timedJobs }) => {
    const { running, queued, recent } = await queues.listJobs();
    const seen = (jobs: readonly ListedJob[]) =>
      jobs.filter(({ name }) => !timedJobs.includes(name));
    const shown = { running: seen(running), queued: seen(queued), recent: seen(recent) };
    return { message: jobsMessage(shown, jobId('jobs', delivery), Date.now()) };
  },
};
