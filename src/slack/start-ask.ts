// Puts a question into the queue: the prompt by reference, the asker's place in their own line, and what Retry needs.
import type { JobPayload } from '../../jobs/index.ts';
import type { Who } from '../runbook/journal.ts';
import type { Desk, Reply } from './commands/command.ts';
import type { Deadline } from './deadline.ts';
import { jobId } from './job-id.ts';
import { escapeText, shorten } from './slack-text.ts';
import { stopButton } from './views/answer.ts';
import { accepted, say } from './views/message.ts';

export interface Question {
  readonly by: Who;
  readonly delivery: string;
  readonly threadTs: string | undefined;
  readonly gateway: string;
  readonly prompt: string;
  readonly isPrivate: boolean;
  readonly isRaw: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly model?: string;
  /** The job whose question is asked again. */
  readonly again?: string;
}

/** A question that nobody takes up, and one that may be asked again, are kept for a day. */
const keptMs = 86_400_000;

/** What is kept of a question for Retry and Stop. */
export type AskRecord = JobPayload<'ask'>;

const recordRef = (job: string): string => `again-${job}`;

export async function startAsk(desk: Desk, deadline: Deadline, asked: Question): Promise<Reply> {
  const { by, delivery, threadTs, prompt, ...options } = asked;
  const job = jobId('ask', delivery);
  const payload: AskRecord = { ...options, prompt: job, to: { ...by, threadTs, job } };
  deadline.begin();
  await desk.store.keepText(job, prompt, keptMs);
  await desk.store.keepText(recordRef(job), JSON.stringify(payload), keptMs);
  const behind = await desk.asks.enter(by.user, job);
  await desk.queues.enqueue('ask', payload, job, by, { behind });
  return { message: acknowledged(asked, job, behind), isPersonal: true };
}

export async function readAsk(desk: Desk, job: string): Promise<AskRecord | undefined> {
  const kept = await desk.store.readText(recordRef(job));
  return kept === undefined ? undefined : (JSON.parse(kept) as AskRecord);
}

function acknowledged({ prompt, isPrivate, threadTs }: Question, job: string, behind: number) {
  const where = isPrivate
    ? 'only you will see the answer.'
    : `the answer comes ${threadTs === undefined ? 'here' : 'in this thread'}.`;
  const line =
    behind < 3 ? '' : ` ${behind} of your questions are before it, so it waits a little.`;
  const text = `Asking “${shorten(escapeText(prompt), 80)}”; ${where}${line}`;
  return say(text, { mark: accepted(job), buttons: [stopButton(job)] });
}
