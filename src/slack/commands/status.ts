// `status`: how the gateway stands, read from the world by a job.
import type { JobPayload } from '../../../jobs/index.ts';
import { jobId } from '../job-id.ts';
import { accepted, say } from '../views/message.ts';
import type { Command } from './command.ts';

export const status: Command = {
  name: 'status',
  usage: 'status',
  help: 'how the gateway stands: endpoint, model, protection, last run',
  permission: 'anyone',
  isPublic: false,
  hasEffect: true,
  options: {},
  argument: { kind: 'none' },
  run: async ({ by, delivery, threadTs, deadline }, { queues, gateway }) => {
    const job = jobId('status', delivery);
    const payload: JobPayload<'status'> = {
      gateway: gateway.name,
      to: { ...by, threadTs, job },
    };
    deadline.begin();
    await queues.enqueue('status', payload, job, by);
    const text = `Looking at the gateway \`${gateway.name}\`; the answer comes in a moment.`;
    return { message: say(text, { mark: accepted(job) }) };
  },
};
