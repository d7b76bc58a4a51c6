// What is running, queued and recent. Pure.
import type { JobList, ListedJob } from '../../runbook/queue.ts';
import { duration, moment } from '../slack-text.ts';
import { type Message, context, outcome, section } from './message.ts';

const recentShown = 10;

/** @param now ms since the epoch. */
export function jobsMessage(jobs: JobList, job: string, now: number): Message {
  const { running, queued } = jobs;
  const recent = jobs.recent.slice(0, recentShown);
  const parts = [
    part('Running', running, (each) => `${each.status}, for ${duration(now - each.at)}`),
    part('Queued', queued, (each) => `for ${duration(now - each.at)}`),
    part('Recent', recent, (each) => {
      const took = each.endedAt === undefined ? '' : `, took ${duration(each.endedAt - each.at)}`;
      return `${each.status}${took}, ${moment(each.at)}`;
    }),
  ].flat();
  const text = `${running.length} running, ${queued.length} queued, ${recent.length} recent.`;
  return {
    text,
    blocks: [
      ...(parts.length === 0
        ? [section('Nothing is running, queued or recent.')]
        : parts.map(section)),
      context(
        `${text} A run is stopped with \`/llmgw cancel RUN\` and goes on with \`/llmgw retry RUN\`.`,
      ),
    ],
    mark: outcome('ok', job),
  };
}

function part(
  title: string,
  jobs: readonly ListedJob[],
  words: (job: ListedJob) => string,
): string[] {
  if (jobs.length === 0) return [];
  const lines = jobs.map((job) => {
    const by =
      job.by === undefined
        ? ''
        : ` · <@${job.by.user}>${/^[CG]/.test(job.by.channel) ? ` in <#${job.by.channel}>` : ''}`;
    return `\`${job.id}\` ${words(job)}${by}`;
  });
  return [`*${title}*\n${lines.join('\n')}`];
}
