// Jobs that wait for a worker, with requester and place of the answer.
import type { Job, Queue } from 'bullmq';
import { z } from 'zod';
import type { EngineCommand } from './commands.ts';
import { outboxJob } from './queue-names.ts';
import type { PlainJobData } from './queue.ts';

export interface WaitingJob {
  readonly id: string;
  readonly to: {
    readonly user: string;
    readonly channel: string;
    readonly threadTs?: string | undefined;
    readonly isThreadNew?: boolean | undefined;
  };
  /** ms since the epoch. */
  readonly at: number;
}

const answered = z.looseObject({
  to: z.looseObject({
    user: z.string(),
    channel: z.string(),
    threadTs: z.string().optional(),
    isThreadNew: z.boolean().optional(),
    job: z.string(),
  }),
});

/** Without jobs that a schedule or an update of Home has added: nobody waits for them. */
export async function listWaiting(
  commands: Queue<EngineCommand>,
  plain: ReadonlyMap<string, Queue<PlainJobData>>,
  limit: number,
): Promise<WaitingJob[]> {
  const queued = await commands.getJobs(['waiting'], 0, limit - 1);
  const starts = queued.flatMap((job: Job<EngineCommand> | undefined): WaitingJob[] => {
    if (job === undefined) return [];
    const { data, timestamp: at } = job;
    const { runId: id, by } = data.op === 'start' ? data.request : data;
    return [{ id, to: { user: by.user, channel: by.channel }, at }];
  });
  const others = await Promise.all(
    [...plain].filter(([name]) => name !== outboxJob).map(([, queue]) => waitingIn(queue, limit)),
  );
  return [...starts, ...others.flat()];
}

async function waitingIn(queue: Queue<PlainJobData>, limit: number): Promise<WaitingJob[]> {
  const jobs: (Job<PlainJobData> | undefined)[] = await queue.getJobs(
    ['waiting', 'prioritized'],
    0,
    limit - 1,
  );
  return jobs.flatMap((job) => {
    if (job === undefined || job.deduplicationId !== undefined) return [];
    const to = answered.safeParse(job.data.payload).data?.to;
    return to === undefined ? [] : [{ id: to.job, to, at: job.timestamp }];
  });
}
