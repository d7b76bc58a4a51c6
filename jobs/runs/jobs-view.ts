// Job list: running, queued and recent jobs.
import { commandCode } from '../../src/slack/messages/commands.ts';
import type { JobList, ListedJob } from '../../src/engine/queue.ts';
import { type Message, context, outcome, section } from '../../src/slack/messages/message.ts';
import {
  type Mrkdwn,
  mrkdwn,
  code,
  moment,
  mention,
  channelLink,
  joined,
  duration,
} from '../../src/slack/messages/mrkdwn.ts';

const recentShown = 10;

/** @param now ms since the epoch. */
export function jobsMessage(jobs: JobList, job: string, now: number): Message {
  const { running, queued } = jobs;
  const recent = jobs.recent.slice(0, recentShown);
  const parts = [
    part('Running', running, (each) => mrkdwn`${each.status} for ${duration(now - each.at)}`),
    part('Queued', queued, (each) => mrkdwn`for ${duration(now - each.at)}`),
    part('Recent', recent, (each) => {
      const took =
        each.endedAt === undefined ? '' : mrkdwn`, took ${duration(each.endedAt - each.at)}`;
      return mrkdwn`${each.status}${took}, ${moment(each.at)}`;
    }),
  ].flat();
  const text = mrkdwn`${running.length} running, ${queued.length} queued, ${recent.length} recent.`;
  return {
    text,
    blocks: [
      ...(parts.length === 0
        ? [section(mrkdwn`No jobs are running, queued or recent.`)]
        : parts.map(section)),
      context(
        mrkdwn`${text} Cancel a run with ${commandCode('cancel RUN')}, retry one with ${commandCode('retry RUN')}.`,
      ),
    ],
    mark: outcome('ok', job),
  };
}

function part(
  title: 'Running' | 'Queued' | 'Recent',
  jobs: readonly ListedJob[],
  words: (job: ListedJob) => Mrkdwn,
): Mrkdwn[] {
  if (jobs.length === 0) return [];
  const lines = jobs.map((job) => {
    const by =
      job.by === undefined
        ? ''
        : mrkdwn` · ${mention(job.by.user)}${/^[CG]/.test(job.by.channel) ? mrkdwn` in ${channelLink(job.by.channel)}` : ''}`;
    return mrkdwn`${code(job.id)} ${words(job)}${by}`;
  });
  return [mrkdwn`*${title}*\n${joined(lines, '\n')}`];
}
